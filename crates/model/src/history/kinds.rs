//! Which events can be pinned, and what each needs of those whom it concerns.

use crate::event::{Event, Word};
use crate::mind::{Fact, Story};
use crate::person::{Cause, Phase};

/// How far a life has come. It only ever grows.
pub(crate) type Stage = u8;

/// At school.
pub(crate) const PUPIL: Stage = 1;
/// At the Cottages.
pub(crate) const RESIDENT: Stage = 2;
/// Serving as a carer.
pub(crate) const CARER: Stage = 3;
/// Called up, with no operation yet; each operation survived adds 1.
pub(crate) const DONOR: Stage = 4;
/// The last stage of a donor.
pub(crate) const LAST: Stage = Stage::MAX - 2;
/// A donor who was released: alive, and past every step.
pub(crate) const RELEASED: Stage = Stage::MAX - 1;
/// Dead, or away.
pub(crate) const GONE: Stage = Stage::MAX;

/// The stages in which something can happen to somebody, the first and the last.
pub(crate) type Stages = (Stage, Stage);

/// All of a life.
pub(crate) const ALIVE: Stages = (PUPIL, RELEASED);

/// The stage of a phase, with so many operations undergone.
pub(crate) fn stage_of(phase: Phase, operations: u8) -> Stage {
    match phase {
        Phase::Unborn => 0,
        Phase::Pupil => PUPIL,
        Phase::Resident => RESIDENT,
        Phase::Carer => CARER,
        Phase::Donor => DONOR + operations,
        Phase::Retired => RELEASED,
        Phase::Completed | Phase::Dead | Phase::Away => GONE,
    }
}

/// The stages of a phase that a pin may ask for.
pub(crate) const PHASES: [(&str, Stages); 4] = [
    ("pupil", (PUPIL, PUPIL)),
    ("resident", (RESIDENT, RESIDENT)),
    ("carer", (CARER, CARER)),
    ("donor", (DONOR, LAST)),
];

/// What a stage is called in messages.
pub(crate) fn stage_name(stage: Stage) -> String {
    match stage {
        0 => "not made yet".to_owned(),
        PUPIL => "a pupil".to_owned(),
        RESIDENT => "at the Cottages".to_owned(),
        CARER => "a carer".to_owned(),
        DONOR => "a donor before the first operation".to_owned(),
        RELEASED => "a released donor".to_owned(),
        GONE => "dead or gone".to_owned(),
        _ => format!("a donor with {} operations", stage - DONOR),
    }
}

/// Who takes part in an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// Nobody: the key is not allowed.
    None,
    /// A student, in these stages.
    Student(Stages),
    /// A member of staff.
    Staff,
    /// The collector.
    Collector,
    /// Anybody of the cast.
    Anyone,
    /// Anybody of the cast, or nobody.
    Maybe,
    /// A student, in these stages, or nobody.
    MaybeStudent(Stages),
}

/// What stands in the topic of an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Topic {
    /// Nothing: the key is not allowed.
    None,
    /// One of these.
    Of(&'static [&'static str]),
    /// Any word.
    Word,
}

/// What a place is needed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// The key is not allowed.
    None,
    /// It may be given.
    May,
    /// It must be given.
    Must,
    /// It must be a school.
    School,
    /// A recovery centre may be given.
    Centre,
}

/// An event that can be pinned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) event: Event,
    pub(crate) who: Part,
    pub(crate) whom: Part,
    pub(crate) third: Part,
    pub(crate) topic: Topic,
    pub(crate) place: Place,
    /// Whether `n`, the number of an operation, belongs to it.
    pub(crate) numbered: bool,
}

const KIND: Kind = Kind {
    event: Event::Act,
    who: Part::Student(ALIVE),
    whom: Part::None,
    third: Part::None,
    topic: Topic::None,
    place: Place::None,
    numbered: false,
};

const SOMEBODY: Part = Part::Student(ALIVE);
const OUT_OF_SCHOOL: Part = Part::Student((RESIDENT, RELEASED));
/// Who is released has nothing left to be put off.
const BEFORE_RELEASE: Part = Part::Student((RESIDENT, LAST));
const AT_SCHOOL: Part = Part::Student((PUPIL, PUPIL));
const AT_THE_COTTAGES: Stages = (RESIDENT, RESIDENT);
const AT_COTTAGES: Part = Part::Student(AT_THE_COTTAGES);
const DONATING: Part = Part::Student((DONOR, LAST));

const fn two(event: Event) -> Kind {
    Kind {
        event,
        whom: SOMEBODY,
        ..KIND
    }
}

const THINGS: &[&str] = &[
    Word::LABELS[Word::Tape as usize],
    Word::LABELS[Word::Book as usize],
    Word::LABELS[Word::Toy as usize],
    Word::LABELS[Word::Garment as usize],
];
const GRADES: &[&str] = &[
    Word::LABELS[Word::Immature as usize],
    Word::LABELS[Word::Praised as usize],
];
const FORMS: &[&str] = &[
    Word::LABELS[Word::Drawing as usize],
    Word::LABELS[Word::Poem as usize],
    Word::LABELS[Word::OtherWork as usize],
];
const INTERFERENCE: &[&str] = &[
    Word::LABELS[Word::Undermining as usize],
    Word::LABELS[Word::Lying as usize],
    Word::LABELS[Word::Possessing as usize],
];
const ENDS: &[&str] = &[
    Cause::LABELS[Cause::Operation as usize],
    Cause::LABELS[Cause::Decline as usize],
];

/// Every event that can be pinned.
pub(crate) const KINDS: &[Kind] = &[
    // The course of a life. What each needs is worked out from the number of the operation.
    Kind {
        event: Event::BecameCarer,
        who: AT_COTTAGES,
        ..KIND
    },
    Kind {
        event: Event::CalledUp,
        who: Part::Student((RESIDENT, CARER)),
        place: Place::Centre,
        ..KIND
    },
    Kind {
        event: Event::Operated,
        who: DONATING,
        numbered: true,
        ..KIND
    },
    Kind {
        event: Event::Completed,
        who: DONATING,
        topic: Topic::Of(ENDS),
        numbered: true,
        ..KIND
    },
    Kind {
        event: Event::CarerAssigned,
        who: DONATING,
        whom: Part::Student((CARER, CARER)),
        ..KIND
    },
    // Schools.
    Kind {
        event: Event::Opened,
        who: Part::None,
        place: Place::School,
        ..KIND
    },
    Kind {
        event: Event::Closed,
        who: Part::None,
        place: Place::School,
        ..KIND
    },
    // Ties.
    two(Event::Befriended),
    two(Event::Coupled),
    two(Event::Parted),
    two(Event::LoveHidden),
    two(Event::Quarrelled),
    two(Event::Mediated),
    Kind {
        third: SOMEBODY,
        topic: Topic::Of(INTERFERENCE),
        ..two(Event::Interfered)
    },
    two(Event::Confessed),
    two(Event::Forgave),
    two(Event::AddressGiven),
    Kind {
        whom: DONATING,
        ..two(Event::Reunited)
    },
    two(Event::ToldOfThePast),
    // Standing.
    Kind {
        event: Event::Teased,
        who: AT_SCHOOL,
        whom: AT_SCHOOL,
        ..KIND
    },
    Kind {
        event: Event::Raged,
        place: Place::May,
        ..KIND
    },
    Kind {
        event: Event::Reassured,
        who: AT_SCHOOL,
        whom: Part::Staff,
        ..KIND
    },
    Kind {
        event: Event::PassedBy,
        place: Place::May,
        ..KIND
    },
    // Works.
    Kind {
        event: Event::MadeWork,
        topic: Topic::Of(FORMS),
        ..KIND
    },
    Kind {
        event: Event::Graded,
        who: AT_SCHOOL,
        topic: Topic::Of(GRADES),
        ..KIND
    },
    Kind {
        event: Event::Collected,
        who: AT_SCHOOL,
        ..KIND
    },
    Kind {
        event: Event::DrewAgain,
        who: OUT_OF_SCHOOL,
        ..KIND
    },
    // Staff.
    Kind {
        event: Event::Hinted,
        who: Part::Staff,
        topic: Topic::Of(&Fact::LABELS),
        ..KIND
    },
    Kind {
        event: Event::SpokeOut,
        who: Part::Staff,
        ..KIND
    },
    Kind {
        event: Event::Dismissed,
        who: Part::Staff,
        ..KIND
    },
    Kind {
        event: Event::Witnessed,
        who: AT_SCHOOL,
        whom: Part::Collector,
        ..KIND
    },
    // Knowledge and stories.
    Kind {
        event: Event::Heard,
        whom: Part::Anyone,
        topic: Topic::Of(&Fact::LABELS),
        ..KIND
    },
    Kind {
        event: Event::CameToBelieve,
        topic: Topic::Of(&Story::LABELS),
        ..KIND
    },
    Kind {
        topic: Topic::Of(&Story::LABELS),
        ..two(Event::StoryTold)
    },
    // Originals.
    Kind {
        event: Event::PlayedPossibles,
        who: AT_SCHOOL,
        ..KIND
    },
    Kind {
        event: Event::InventedOrigin,
        ..KIND
    },
    Kind {
        event: Event::ClaimedPossible,
        who: OUT_OF_SCHOOL,
        place: Place::Must,
        ..KIND
    },
    Kind {
        event: Event::Expedition,
        who: AT_COTTAGES,
        place: Place::Must,
        ..KIND
    },
    Kind {
        event: Event::JoinedExpedition,
        who: AT_COTTAGES,
        whom: AT_COTTAGES,
        place: Place::Must,
        ..KIND
    },
    Kind {
        event: Event::BitterTheory,
        who: OUT_OF_SCHOOL,
        ..KIND
    },
    // Belongings.
    Kind {
        event: Event::FoundBelonging,
        topic: Topic::Of(THINGS),
        ..KIND
    },
    Kind {
        event: Event::LostBelonging,
        topic: Topic::Of(THINGS),
        ..KIND
    },
    Kind {
        event: Event::SearchedFor,
        whom: Part::Maybe,
        topic: Topic::Of(THINGS),
        place: Place::May,
        ..KIND
    },
    // The Cottages.
    Kind {
        event: Event::WentOut,
        who: AT_COTTAGES,
        whom: Part::MaybeStudent(AT_THE_COTTAGES),
        third: Part::MaybeStudent(AT_THE_COTTAGES),
        place: Place::Must,
        ..KIND
    },
    Kind {
        event: Event::Imitated,
        who: AT_COTTAGES,
        whom: AT_COTTAGES,
        ..KIND
    },
    Kind {
        event: Event::Confronted,
        who: AT_COTTAGES,
        whom: AT_COTTAGES,
        ..KIND
    },
    // Deferral.
    Kind {
        who: BEFORE_RELEASE,
        whom: BEFORE_RELEASE,
        ..two(Event::PetitionPlanned)
    },
    Kind {
        who: BEFORE_RELEASE,
        whom: BEFORE_RELEASE,
        ..two(Event::PetitionJourney)
    },
    Kind {
        who: OUT_OF_SCHOOL,
        whom: OUT_OF_SCHOOL,
        ..two(Event::PetitionHeard)
    },
    // What no submodel makes.
    Kind {
        who: Part::Anyone,
        whom: Part::Maybe,
        topic: Topic::Word,
        place: Place::May,
        ..KIND
    },
];

/// The kind of an event, by its name in the log.
pub(crate) fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.event.name() == name)
}

impl Kind {
    /// In which stages `who` must be just before it.
    pub(crate) fn needs_of_who(&self, n: u32, topic: &str) -> Option<Stages> {
        let Part::Student(stages) = self.who else {
            return None;
        };
        let number = Stage::try_from(n).unwrap_or(LAST - DONOR);
        let before = DONOR.saturating_add(number.saturating_sub(1)).min(LAST);
        Some(match self.event {
            Event::Completed if topic == ENDS[1] => {
                let undergone = DONOR.saturating_add(number).min(LAST);
                (undergone, undergone)
            }
            Event::Operated | Event::Completed => (before, before),
            _ => stages,
        })
    }

    /// In which stages `whom` must be, if it is a student.
    pub(crate) fn needs_of_whom(&self) -> Stages {
        match self.whom {
            Part::Student(stages) | Part::MaybeStudent(stages) => stages,
            _ => ALIVE,
        }
    }

    /// In which stages the third one must be, if there is one.
    pub(crate) fn needs_of_third(&self) -> Stages {
        match self.third {
            Part::Student(stages) | Part::MaybeStudent(stages) => stages,
            _ => ALIVE,
        }
    }

    /// Whether it is a step of the life course.
    pub(crate) fn is_a_step(&self) -> bool {
        self.leads_to(1).is_some()
    }

    /// The stage that `who` is in afterwards, where it is a step of the life course.
    pub(crate) fn leads_to(&self, n: u32) -> Option<Stage> {
        let number = Stage::try_from(n).unwrap_or(LAST - DONOR);
        match self.event {
            Event::BecameCarer => Some(CARER),
            Event::CalledUp => Some(DONOR),
            Event::Operated => Some(DONOR.saturating_add(number).min(LAST)),
            Event::Completed => Some(GONE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_there_once() {
        let mut events: Vec<&str> = KINDS.iter().map(|kind| kind.event.name()).collect();
        events.sort_unstable();
        events.dedup();
        assert_eq!(events.len(), KINDS.len());
    }

    /// Who is released lives on, and takes no further step.
    #[test]
    fn the_released_live_and_are_past_every_step() {
        let stage = stage_of(Phase::Retired, 4);
        let has = |stages: Stages| (stages.0..=stages.1).contains(&stage);
        assert!(has(ALIVE) && stage < GONE);
        for kind in KINDS.iter().filter(|kind| kind.is_a_step()) {
            for n in [0, 1, 4, u32::MAX] {
                assert!(!kind.needs_of_who(n, "operation").is_some_and(has));
            }
        }
        assert!(PHASES.iter().all(|(_, stages)| !has(*stages)));
    }

    #[test]
    fn an_operation_needs_all_before_it() {
        let operated = find("operated").unwrap();
        assert_eq!(operated.needs_of_who(3, ""), Some((DONOR + 2, DONOR + 2)));
        assert_eq!(operated.leads_to(3), Some(DONOR + 3));
        let completed = find("completed").unwrap();
        assert_eq!(
            completed.needs_of_who(4, "operation"),
            Some((DONOR + 3, DONOR + 3))
        );
        assert_eq!(
            completed.needs_of_who(2, "decline"),
            Some((DONOR + 2, DONOR + 2))
        );
    }
}
