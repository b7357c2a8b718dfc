//! What a lever may reach: the events of the log in groups, by what they are about.

use hailsham_model::event::Event;

/// A group of events.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Room {
    /// Who is made, and moves from school to school and on to the Cottages.
    School,
    /// Who falls ill.
    Illness,
    /// Who is cured by other means, waits, and gets which organ.
    Waiting,
    /// Who serves as a carer, for how long, and who is called up.
    Service,
    /// Who is cared for by whom, visits and the comfort they give.
    Care,
    /// Operations, and deaths of all kinds and people.
    Body,
    /// What can be refused, and what was understood of it.
    Consent,
    /// What upbringing and peers do: conditioning, longing.
    Conditioning,
    /// Attempts to leave, and what comes of them.
    Leaving,
    /// What is heard and understood.
    Knowledge,
    /// Who works at the schools, and how they act.
    Staff,
    /// What is made, judged, sold and collected.
    Works,
    /// Teasing, rage, exclusion.
    Standing,
    /// Friends, couples, quarrels, confessions, mourning.
    Ties,
    /// Stories.
    Stories,
    /// Possibles and models.
    Originals,
    /// Things got and lost.
    Belongings,
    /// Outings, and rank at the Cottages.
    Outings,
    /// Those who ask for a deferral.
    Deferral,
    /// What the public feels and does, as a whole.
    Country,
    /// Passers-by, recipients who meet their donors, a life that is told.
    Encounters,
    /// Schemes, tellings, joys.
    Resistance,
    /// What a history has on record and no submodel makes: nothing, in a programme without one.
    History,
}

impl Room {
    /// Every room.
    pub(crate) const ALL: [Room; 23] = [
        Room::School,
        Room::Illness,
        Room::Waiting,
        Room::Service,
        Room::Care,
        Room::Body,
        Room::Consent,
        Room::Conditioning,
        Room::Leaving,
        Room::Knowledge,
        Room::Staff,
        Room::Works,
        Room::Standing,
        Room::Ties,
        Room::Stories,
        Room::Originals,
        Room::Belongings,
        Room::Outings,
        Room::Deferral,
        Room::Country,
        Room::Encounters,
        Room::Resistance,
        Room::History,
    ];

    /// Where an event belongs. Every event is named, so that a new one must be placed.
    pub(crate) fn of(event: Event) -> Room {
        use Event as E;
        match event {
            E::Opened | E::Closed | E::Created | E::Transferred | E::LeftSchool => Room::School,
            E::FellIll => Room::Illness,
            E::TreatedOtherwise
            | E::Listed
            | E::BecameUrgent
            | E::Transplanted
            | E::GraftFailed
            | E::Relisted => Room::Waiting,
            E::BecameCarer | E::Reviewed | E::Postponed | E::CalledUp => Room::Service,
            E::CarerAssigned | E::CarerParted | E::Visited => Room::Care,
            E::StoodDown
            | E::WaitedForBed
            | E::Operated
            | E::OrganRemoved
            | E::OrganUnplaced
            | E::Discharged
            | E::SeriesEnded
            | E::Retired
            | E::Completed
            | E::Died => Room::Body,
            E::Refused | E::DonatedKnowing | E::Consented => Room::Consent,
            E::Accepted | E::Longed | E::Corrected => Room::Conditioning,
            E::AttemptedToLeave | E::Escaped | E::BroughtBack => Room::Leaving,
            E::Heard | E::Understood | E::Disclosed | E::Shaken => Room::Knowledge,
            E::TakenOn
            | E::ConductChanged
            | E::Hinted
            | E::SpokeOut
            | E::Dismissed
            | E::LeftPost
            | E::CollectorVisited
            | E::Witnessed => Room::Staff,
            E::MadeWork
            | E::Graded
            | E::DrewAgain
            | E::SaleHeld
            | E::Sold
            | E::Collected
            | E::Exhibited => Room::Works,
            E::Teased | E::Raged | E::Excluded | E::TakenBack | E::Reassured => Room::Standing,
            E::Befriended
            | E::GrewApart
            | E::Reunited
            | E::Coupled
            | E::Parted
            | E::LoveHidden
            | E::Interfered
            | E::Supported
            | E::KeptApart
            | E::Confessed
            | E::Forgave
            | E::Resented
            | E::AddressGiven
            | E::Bereaved
            | E::Quarrelled
            | E::Mediated => Room::Ties,
            E::StoryArose
            | E::StoryTold
            | E::CameToBelieve
            | E::CameToDoubt
            | E::StoryDenied
            | E::StoryRefuted => Room::Stories,
            E::PlayedPossibles
            | E::WorriedTraits
            | E::InventedOrigin
            | E::SawPossible
            | E::ClaimedPossible
            | E::Expedition
            | E::JoinedExpedition
            | E::PossibleRefuted
            | E::FoundOriginal
            | E::BitterTheory => Room::Originals,
            E::FoundBelonging
            | E::BoughtBelonging
            | E::WasGiven
            | E::LostBelonging
            | E::SearchedFor
            | E::FoundAgain => Room::Belongings,
            E::WentOut | E::Imitated | E::Condescended | E::AskedAboutSchool | E::Confronted => {
                Room::Outings
            }
            E::LearntAddress
            | E::PetitionPlanned
            | E::PetitionGivenUp
            | E::PetitionJourney
            | E::PetitionHeard
            | E::PetitionRefused
            | E::PetitionGranted
            | E::Deferred => Room::Deferral,
            E::PublicMood
            | E::PublicShock
            | E::PublicResponse
            | E::ResponseLapsed
            | E::EvidenceShown
            | E::EvidenceTurnedRound
            | E::Abolished => Room::Country,
            E::PassedBy | E::MetDonor | E::LifeTold => Room::Encounters,
            E::Schemed | E::ToldOfThePast | E::SmallJoy | E::AgreedToLeave => Room::Resistance,
            E::Act | E::LetGo => Room::History,
        }
    }
}
