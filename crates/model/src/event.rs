//! Everything that can happen, as data: one enum, and from its documentation the table of events in
//! the book (`hailsham events`).

use hailsham_engine::log::{MOST_KEYS, Record};
use hailsham_engine::time::Time;

/// One column of the log that an event fills, and what it holds there.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Filled {
    /// Name of the column.
    pub column: &'static str,
    /// What stands in it.
    pub meaning: &'static str,
}

/// What the table of events says of one event.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct EventInfo {
    /// The name in the log's `event` column.
    pub event: &'static str,
    /// What happened, in a sentence.
    pub text: &'static str,
    /// The columns that are filled, beside `time` and `event`.
    pub columns: &'static [Filled],
}

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal [$($column:ident $meaning:literal),* $(,)?];)+) => {
        /// Everything that can happen to anyone. The number of a variant never leaves the process:
        /// on disk an event is its name.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Event {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Event {
            /// Every event, in the order of its number.
            pub const ALL: &'static [Event] = &[$(Event::$variant,)+];

            /// What the table of events says, in the order of `ALL`.
            pub const INFO: &'static [EventInfo] = &[$(EventInfo {
                event: $name,
                text: concat!($($doc),+).trim_ascii(),
                columns: &[$(Filled { column: stringify!($column), meaning: $meaning }),*],
            },)+];
        }
    };
}

events! {
    /// A school opened.
    Opened "opened" [place "the school"];
    /// A school closed; its pupils were moved to another.
    Closed "closed" [place "the school", n "pupils moved"];
    /// A student was made: a copy of a model, and from now on a person.
    Created "created" [who "the student", place "the school"];
    /// A pupil was moved to another school because the first one closed.
    Transferred "transferred" [who "the student", place "the new school"];
    /// A pupil left school for the Cottages, together with those of the same year.
    LeftSchool "left_school" [who "the student", place "the Cottages moved to", n "age in whole years"];
    /// A resident became a carer.
    BecameCarer "became_carer" [who "the carer"];
    /// A donor was given a carer.
    CarerAssigned "carer_assigned" [who "the donor", whom "the carer", n "donors in the carer's care from now on"];
    /// A donor and a carer were parted by the end of the carer's term, or by the carer's death.
    CarerParted "carer_parted" [who "the donor", whom "the carer"];
    /// A carer visited a donor.
    Visited "visited" [who "the carer", whom "the donor", place "the recovery centre", value "comfort given, 0 to 1"];
    /// A carer's year was reviewed.
    Reviewed "reviewed" [who "the carer", n "number of the review", value "rank among the carers, 0 to 1"];
    /// A review left a carer in service for another year.
    Postponed "postponed" [who "the carer", n "number of the review"];
    /// Someone was called up to donate.
    CalledUp "called_up" [who "the donor", place "the recovery centre", topic "why now: `review`, `tenure_cap` or `direct`", value "years of service as a carer"];
    /// An operation was put off because nobody waiting could use the organs.
    StoodDown "stood_down" [who "the donor", n "number of the operation"];
    /// A donor was due for an operation and had to wait for a bed.
    WaitedForBed "waited_for_bed" [who "the donor", place "the recovery centre", n "number of the operation"];
    /// A donor was operated on, and occupies a bed from now on.
    Operated "operated" [who "the donor", place "the recovery centre", n "number of the operation", value "days waited for the bed"];
    /// An organ was taken.
    OrganRemoved "organ_removed" [who "the donor", place "the recovery centre", topic "the organ", object "the organ's number", n "number of the operation"];
    /// Nobody waiting could use an organ that had been taken.
    OrganUnplaced "organ_unplaced" [who "the donor", topic "the organ", object "the organ's number"];
    /// A donor had mended enough to leave the bed.
    Discharged "discharged" [who "the donor", place "the recovery centre", n "operations so far", value "strength, 0 to 1"];
    /// A donor reached the cap on donations and lives on at the centre.
    SeriesEnded "series_ended" [who "the donor", n "operations undergone"];
    /// A donor was released for good.
    Retired "retired" [who "the donor", place "where the person lives from now on", n "operations undergone"];
    /// A donor died of donating.
    Completed "completed" [who "the donor", whom "the carer, if there was one", place "the recovery centre", topic "`operation` or `decline`", n "operations undergone", value "years lost against the person's own draw from the life table"];
    /// Someone died of a cause that has nothing to do with donating.
    Died "died" [who "the person", whom "the carer, if there was one", topic "the cause"];
    /// A member of the public fell ill, and will die of it without an organ.
    FellIll "fell_ill" [who "the recipient", topic "the disease", n "age in whole years", value "years to death without an organ"];
    /// Someone who had fallen ill was treated without a donor's organ.
    TreatedOtherwise "treated_otherwise" [who "the recipient", topic "the disease"];
    /// Someone ill was put on the waiting list.
    Listed "listed" [who "the recipient", topic "the organ"];
    /// Someone waiting came near death and goes before others.
    BecameUrgent "became_urgent" [who "the recipient", topic "the organ"];
    /// An organ was transplanted.
    Transplanted "transplanted" [who "the recipient", whom "the donor", topic "the organ", object "the organ's number", n "HLA mismatches", value "days waited"];
    /// A graft failed.
    GraftFailed "graft_failed" [who "the recipient", topic "the organ", n "grafts failed so far"];
    /// Someone whose graft had failed was put on the waiting list again.
    Relisted "relisted" [who "the recipient", topic "the organ", n "grafts failed so far"];

    // 7.3 Conditioning
    /// Someone who has heard of donating, or of its end, came to accept it as right and natural: conditioning is beyond the line.
    Accepted "accepted" [who "the student", place "where", value "age in years"];
    /// Someone came to long for an ordinary life.
    Longed "longed" [who "the student", place "where", value "age in years"];
    /// Someone who spoke of another life was corrected by a peer.
    Corrected "corrected" [who "the one who spoke", whom "the one who corrected", value "options held before, 0 to 1"];
    /// A student tried to leave without leave.
    AttemptedToLeave "attempted_to_leave" [who "the student", place "from where", topic "`escape`", n "age in whole years", value "probability of trying within a year, as the student was"];
    /// A student was gone, and did not come back.
    Escaped "escaped" [who "the student", place "from where", topic "`escape`"];
    /// A student who had left was brought back, or came back without a footing outside.
    BroughtBack "brought_back" [who "the student", place "to where"];
    /// A donor who may refuse refused an operation.
    Refused "refused" [who "the donor", n "number of the operation", value "probability of refusing, as the donor was"];
    /// A donor who was operated on knew what donating is and how it ends.
    DonatedKnowing "donated_knowing" [who "the donor", n "number of the operation"];
    /// A donor who knew, and could have refused, did not.
    Consented "consented" [who "the donor", n "number of the operation"];

    // 7.4 Knowledge
    /// The words of a fact reached a student.
    Heard "heard" [who "the student", whom "who told, if anyone did", place "where", topic "the fact", n "by which channel: 0 lessons, 1 a hint, 2 an outburst, 3 a disclosure by the rules, 4 a whisper, 5 media, 6 veterans, 7 the full account, 8 overheard, 9 service"];
    /// A student understood a fact.
    Understood "understood" [who "the student", topic "the fact", value "age in years"];
    /// A student was told, by a guardian who spoke out or by the rules.
    Disclosed "disclosed" [who "the student", whom "who told, if anyone did", place "where", n "by which channel, as for `heard`", value "part of what was not heard yet"];
    /// What a student grasped of the end came at once, and shook.
    Shaken "shaken" [who "the student", value "distress gained, of what was left"];

    // 7.5 Staff
    /// Somebody was taken on as a guardian, head or collector.
    TakenOn "taken_on" [who "the member of staff", place "the school; for a collector the first one visited", topic "`guardian`, `head` or `collector`"];
    /// A member of staff began to act in another way.
    ConductChanged "conduct_changed" [who "the member of staff", place "the school", topic "`loyal`, `rationalising`, `hinting`, `speaking_out` or `leaving`", value "conscience, 0 to 1"];
    /// A guardian hinted at something to a class.
    Hinted "hinted" [who "the guardian", place "the school", topic "the fact", n "pupils present"];
    /// A guardian spoke out to a class.
    SpokeOut "spoke_out" [who "the guardian", place "the school", n "pupils present", value "conscience, 0 to 1"];
    /// A guardian was dismissed for having spoken out.
    Dismissed "dismissed" [who "the guardian", place "the school", n "days since then"];
    /// A member of staff left, other than by dismissal.
    LeftPost "left_post" [who "the member of staff", place "the school", topic "why: `leaving` (for conscience), `retirement` or `closing`", value "years in post"];
    /// The collector visited a school.
    CollectorVisited "collector_visited" [who "the collector", place "the school", n "works taken", value "unease, 0 to 1"];
    /// A private act of a pupil was seen by the collector, unknown to the pupil.
    Witnessed "witnessed" [who "the pupil", whom "the collector", place "the school", value "the collector's unease, 0 to 1"];

    // 7.6 Works
    /// A student made a work.
    MadeWork "made_work" [who "the maker", place "where", topic "`drawing`, `poem` or `other_work`", object "the work's number", n "works of the maker so far", value "merit, 0 to 1"];
    /// Guardians said something of a work at school: only where it stood out.
    Graded "graded" [who "the maker", place "the school", topic "`immature` or `praised`", object "the work's number", n "grade, 1 to 5", value "score, 0 to 1"];
    /// Someone who had been found wanting at school, and never praised, made something again.
    DrewAgain "drew_again" [who "the maker", place "where", object "the work's number", value "years since leaving school"];
    /// A school held a Sale.
    SaleHeld "sale_held" [place "the school", n "works sold", value "tokens that changed hands"];
    /// A work was sold at a Sale.
    Sold "sold" [who "the maker", whom "the buyer", place "the school", object "the work's number", n "tokens"];
    /// The collector took a work away.
    Collected "collected" [who "the maker", whom "the collector", place "the school", object "the work's number", value "score, 0 to 1"];
    /// A collected work was shown to the public.
    Exhibited "exhibited" [who "the maker, if alive", object "the work's number", value "revealed inner life, 0 to 1"];

    // 7.7 Standing
    /// A pupil was teased.
    Teased "teased" [who "the one teased", whom "the teaser", place "the school", value "standing of the one teased, 0 to 1"];
    /// Rage broke out.
    Raged "raged" [who "the one raging", whom "the teaser, if there was one", place "where", n "age in whole years", value "distress, 0 to 1"];
    /// Someone came to be excluded by the others.
    Excluded "excluded" [who "the person", place "where", value "exclusion, 0 to 1"];
    /// Someone who had been excluded was taken back.
    TakenBack "taken_back" [who "the person", place "where", value "exclusion, 0 to 1"];
    /// A guardian told a pupil that failing at art is all right.
    Reassured "reassured" [who "the pupil", whom "the guardian", place "the school", value "distress, 0 to 1"];

    // 7.8 Ties
    /// Somebody became a friend to another.
    Befriended "befriended" [who "the person", whom "the friend", value "affinity, in standard deviations"];
    /// Somebody had grown apart from a friend.
    GrewApart "grew_apart" [who "the person", whom "who had been a friend", value "years since they were last in contact"];
    /// Friends met again at a bedside after a long time.
    Reunited "reunited" [who "the visitor", whom "the donor", place "where the donor is", value "years since they were last in contact"];
    /// Two became a couple.
    Coupled "coupled" [who "the one who met the other", whom "the other", value "years for which they had been kept apart, if somebody had come between them"];
    /// A couple parted.
    Parted "parted" [who "one of the two", whom "the other", topic "`estrangement` or `reparation`", value "years together"];
    /// Two loved each other, and kept it back since one of them was not free.
    LoveHidden "love_hidden" [who "one of the two", whom "the other", value "affinity, in standard deviations"];
    /// Somebody came between two others.
    Interfered "interfered" [who "who did it", whom "the friend whom it was aimed at", topic "`undermining`, `lying` or `possessing`", object "number of the person held on to", value "bond perceived between the two, 0 to 1"];
    /// Somebody supported a friend where rivalry would have been at hand.
    Supported "supported" [who "who did it", whom "the friend"];
    /// Two would have become a couple, but somebody had come between them.
    KeptApart "kept_apart" [who "one of the two", whom "the other", object "number of the person who had come between them"];
    /// Somebody owned up to a wrong.
    Confessed "confessed" [who "who had done it", whom "to whom it had been done", n "operations undergone", value "nearness of death, 0 to 1"];
    /// A wrong was forgiven when it was owned up to.
    Forgave "forgave" [who "who forgave", whom "who had done it", value "friendship, 0 to 1"];
    /// A wrong was not forgiven.
    Resented "resented" [who "who did not forgive", whom "who had done it", value "friendship, 0 to 1"];
    /// The address where a deferral is asked for was passed on.
    AddressGiven "address_given" [who "who gave it", whom "who has it now"];
    /// Somebody lost a friend or a partner, to death or for good.
    Bereaved "bereaved" [who "the mourner", whom "who is gone", n "friends left", value "strength of the tie, 0 to 1"];

    // 7.9 Stories
    /// A story was there, and nobody had said it.
    StoryArose "story_arose" [place "where", topic "the story", object "its version"];
    /// A story was told.
    StoryTold "told_story" [who "the teller", whom "the hearer", topic "the story", object "the version told", n "the version that the teller holds"];
    /// Belief in a story crossed one half upwards.
    CameToBelieve "came_to_believe" [who "the believer", topic "the story", object "the version held", value "belief, 0 to 1"];
    /// Belief in a story crossed one half downwards, without a refutation.
    CameToDoubt "came_to_doubt" [who "the doubter", topic "the story", object "the version held", value "belief, 0 to 1"];
    /// Somebody who knew better said that a story is not true.
    StoryDenied "denied_story" [who "the one who knew better", whom "the hearer", topic "the story"];
    /// Somebody who knew a story learnt that it is not true.
    StoryRefuted "story_refuted" [who "the disabused", whom "who said so, if a student did", topic "the story", object "the version held", value "for the deferral: hope from now on, 0 to 1"];

    // 7.10 Originals
    /// Pupils played at guessing whose copies they are.
    PlayedPossibles "played_possibles" [who "who led the game", place "where", n "players beside"];
    /// A student worried whether tastes and talents are one's own or the model's.
    WorriedTraits "worried_about_traits" [who "the student"];
    /// A student said to come from somebody respectable, for rank.
    InventedOrigin "invented_origin" [who "the student", object "the version told"];
    /// A student saw a stranger who might be the model: a possible.
    SawPossible "saw_possible" [who "the student", place "where, if not in print", topic "`print` if in print", value "resemblance, as a share of all strangers who resemble less"];
    /// A student claimed to have seen the model.
    ClaimedPossible "claimed_possible" [who "the student", place "where, if not in print", value "resemblance"];
    /// Friends set out to look at a possible.
    Expedition "expedition" [who "the one who claimed", place "where", n "companions"];
    /// A friend came along to look at a possible.
    JoinedExpedition "joined_expedition" [who "the companion", whom "the one who claimed", place "where"];
    /// Looked at closely, the possible was a stranger.
    PossibleRefuted "possible_refuted" [who "the one who claimed", place "where", value "change of hope and self-worth together"];
    /// A student met the model.
    FoundOriginal "found_original" [who "the student", place "where", value "change of hope and self-worth together"];
    /// A student said that only outcasts are copied.
    BitterTheory "bitter_theory" [who "the student", place "where", object "the version told"];

    // 7.11 Belongings
    /// Someone found a thing and kept it.
    FoundBelonging "found_belonging" [who "the person", place "where", topic "`tape`, `book`, `toy` or `garment`", object "the thing's number"];
    /// Someone bought a thing from outside at a Sale.
    BoughtBelonging "bought_belonging" [who "the buyer", place "the school", topic "what it is", object "the thing's number", n "tokens"];
    /// A friend gave someone a thing.
    WasGiven "was_given" [who "the one who has it now", whom "the friend", place "where", topic "what it is", object "the thing's number"];
    /// Someone lost a thing.
    LostBelonging "lost_belonging" [who "the person", place "where", topic "what it is", object "the thing's number", value "what it meant, 0 to 1"];
    /// Someone searched for a lost thing.
    SearchedFor "searched_for" [who "the person", whom "a friend who came along", place "where", topic "what it is; `lost_corner` for the search in Norfolk", object "the thing's number"];
    /// Someone found a lost thing again, or a copy of it.
    FoundAgain "found_again" [who "the person", place "where", topic "what it is", object "number of the thing, or of the copy", n "number of the thing that was lost"];

    // 7.12 Outings
    /// A resident of the Cottages went out.
    WentOut "went_out" [who "the resident", whom "the one who led, if another did", place "where to", n "companions"];
    /// A resident copied the manner of one who had been at the Cottages for longer.
    Imitated "imitated" [who "the one who copied", whom "the veteran", place "the Cottages", value "how much higher the veteran stands, 0 to 1"];
    /// A resident condescended to one of another upbringing.
    Condescended "condescended" [who "the one who stands lower", whom "the one who condescended", place "the Cottages", value "how much higher the other stands, 0 to 1"];
    /// A resident asked another about a humane schooling.
    AskedAboutSchool "asked_about_school" [who "the one who asked", whom "the one who was there", place "the Cottages"];
    /// Somebody was confronted with a manner that was copied.
    Confronted "confronted" [who "the one who pretended", whom "the schoolmate who said so", place "the Cottages", value "how far the manner was copied, 0 to 1"];

    // 7.15 Deferral
    /// A student learnt where to ask for a deferral.
    LearntAddress "learnt_address" [who "the student", whom "from whom, if from a student"];
    /// A couple decided to ask for a deferral. One record for each of the two, here and below.
    PetitionPlanned "planned_petition" [who "one of the two", whom "the other", value "how much of life's course is behind, 0 to 1"];
    /// The couple did not go, since one had died or they had parted.
    PetitionGivenUp "gave_up_petition" [who "one of the two", whom "the other, if alive"];
    /// The couple travelled to the house.
    PetitionJourney "went_to_ask" [who "one of the two", whom "the other", place "the house, where the map has one"];
    /// The couple was heard.
    PetitionHeard "petition_heard" [who "one of the two", whom "the other", place "the house", value "belief in the deferral, 0 to 1"];
    /// The couple was told that there is no deferral, and never was.
    PetitionRefused "petition_refused" [who "one of the two", whom "the other", place "the house", topic "`no_such_thing`, `not_eligible`, `no_proof` or `quota`", value "distress from now on, 0 to 1"];
    /// The couple was granted a deferral.
    PetitionGranted "petition_granted" [who "one of the two", whom "the other", place "the house", value "years"];
    /// The next step of a life was put off by a deferral.
    Deferred "deferred" [who "the student", value "years"];

    // 7.17 Society
    /// How the public stands at the end of a year, one record a measure.
    PublicMood "public_mood" [topic "what is measured", value "0 to 1"];
    /// News shook the public.
    PublicShock "public_shock" [value "size, 0 to 1"];
    /// The public took to a response.
    PublicResponse "public_response" [topic "`proof`, `kindness` or `end_of_use`", value "concern, 0 to 1"];
    /// The public let a response go.
    ResponseLapsed "response_lapsed" [topic "`proof`, `kindness` or `end_of_use`", value "concern, 0 to 1"];
    /// Works of students were shown to the public.
    EvidenceShown "evidence_shown" [n "works", value "inner life that they reveal, 0 to 1"];
    /// What was shown was taken as a reason to go on.
    EvidenceTurnedRound "evidence_turned_round" [value "justification, 0 to 1"];
    /// Somebody was in visible pain where others passed by.
    PassedBy "passed_by" [who "the person in pain", place "where the person lives", n "how many helped", value "how many passed"];
    /// A recipient met the donor.
    MetDonor "met_donor" [who "the recipient", whom "the donor"];
    /// The public was told of one life.
    LifeTold "life_told" [who "the one who told it", value "share of the public reached"];
    /// The law ended the use of students: nobody is made or called up from now on.
    Abolished "abolished" [value "concern, 0 to 1"];

    // Resistance

    // History
    /// Something that is on record, and that no submodel makes: it changes nobody.
    Act "act" [who "who did it, if anybody", whom "with or to whom, if anybody", place "where", topic "what: a word of the scenario"];

    /// Something that is on record did not happen, since a rule or the run did not allow it.
    LetGo "let_go" [who "who would have done it, if alive"];

    // Quarrels and mediation

    /// Two who know each other quarrelled.
    Quarrelled "quarrelled" [who "one of the two", whom "the other"];
    /// A friend of both made peace between two.
    Mediated "mediated" [who "who went between", whom "one of the two"];
    /// A student schemed.
    Schemed "schemed" [who "the student", place "where", topic "the aim: `expression` or `escape`"];
    /// A student told another of the past, and of those who are gone.
    ToldOfThePast "told_of_the_past" [who "the teller", whom "the listener", topic "the aim", n "dead friends remembered"];
    /// A student had a small joy.
    SmallJoy "small_joy" [who "the student", whom "with whom, if with anyone", place "where", topic "the aim"];
    /// Students who are tied to each other agreed to leave together.
    AgreedToLeave "agreed_to_leave" [who "the one who asked the others", place "where", topic "the aim", n "how many"];
}

/// What the key of a place begins at: above all people, so that the log's index holds both.
pub const FIRST_PLACE_KEY: u32 = 0xF000_0000;

/// Under which keys a record of the log is found: everybody concerned, and the place where it had
/// an audience.
#[inline]
pub fn keys(record: &Record) -> [u32; MOST_KEYS] {
    let found = FOUND[usize::from(record.event)];
    let third = if found.third {
        record.object
    } else {
        Record::NONE
    };
    let place = if found.audience && record.place != Record::NONE {
        FIRST_PLACE_KEY + record.place
    } else {
        Record::NONE
    };
    [record.who, record.whom, third, place]
}

/// Whom a record of an event is of, beside the two whom every record may name.
#[derive(Clone, Copy)]
struct Found {
    /// A third person, who stands where other events have a thing.
    third: bool,
    /// All who are at the place.
    audience: bool,
}

/// By code of the event. Every record of a log is asked for its keys.
static FOUND: [Found; 256] = {
    let nobody = Found {
        third: false,
        audience: false,
    };
    let mut found = [nobody; 256];
    found[Event::Interfered as usize].third = true;
    found[Event::KeptApart as usize].third = true;
    let mut index = 0;
    while index < Event::WITH_AUDIENCE.len() {
        found[Event::WITH_AUDIENCE[index] as usize].audience = true;
        index += 1;
    }
    found
};

impl Event {
    /// What happens before others who are at the place, and is known to all of them.
    pub const WITH_AUDIENCE: &'static [Event] = &[
        Event::Opened,
        Event::Closed,
        Event::Hinted,
        Event::SpokeOut,
        Event::Dismissed,
        Event::LeftPost,
        Event::SaleHeld,
        Event::CollectorVisited,
        Event::Raged,
        Event::AttemptedToLeave,
        Event::Escaped,
        Event::BroughtBack,
    ];
}

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal;)*) => {
        /// Words of the log's `topic` column that are neither causes nor facts nor stories: kinds
        /// of interference, of conduct, of resistance and the like.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Word {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Word {
            /// Every word, by number.
            pub const LABELS: &'static [&'static str] = &[$($name,)*];
        }
    };
}

words! {
    // 7.3 Conditioning

    // 7.4 Knowledge

    // 7.5 Staff
    /// A guardian.
    Guardian "guardian";
    /// A head guardian.
    Head "head";
    /// A collector.
    Collector "collector";
    /// Doing what the school asks.
    Loyal "loyal";
    /// Finding reasons.
    Rationalising "rationalising";
    /// Saying a part.
    Hinting "hinting";
    /// Saying it.
    SpeakingOut "speaking_out";
    /// Leaving the post for conscience.
    Leaving "leaving";
    /// Leaving it at the end of a working life.
    Retirement "retirement";
    /// Leaving it because the school closed.
    Closing "closing";

    // 7.6 Works
    /// A drawing.
    Drawing "drawing";
    /// A poem.
    Poem "poem";
    /// A work of another kind.
    OtherWork "other_work";
    /// Found wanting.
    Immature "immature";
    /// Praised.
    Praised "praised";

    // 7.7 Standing

    // 7.8 Ties
    /// A couple parts since friendship has faded.
    Estrangement "estrangement";
    /// A couple parts so that others can be one.
    Reparation "reparation";
    /// Belittling a friend.
    Undermining "undermining";
    /// Lying to keep two apart.
    Lying "lying";
    /// Holding a friend close while shutting another out.
    Possessing "possessing";

    // 7.9 Stories

    // 7.10 Originals
    /// Seen in print.
    Print "print";

    // 7.11 Belongings
    /// A tape with songs.
    Tape "tape";
    /// A book.
    Book "book";
    /// A toy.
    Toy "toy";
    /// Something to wear.
    Garment "garment";

    // 7.12 Outings

    // 7.15 Deferral
    /// There is no deferral for anyone.
    NoSuchThing "no_such_thing";
    /// The two are past the stage.
    NotEligible "not_eligible";
    /// The proof asked for is not there.
    NoProof "no_proof";
    /// As many as can be were granted this year.
    Quota "quota";

    // 7.17 Society
    /// Share of families that have something at stake.
    FamilyStake "family_stake";
    /// Discomfort at the students' existence.
    Unease "unease";
    /// Concern for the students' welfare.
    Concern "concern";
    /// How far students are seen as human.
    Recognition "recognition";
    /// Readiness to look.
    Attention "attention";
    /// Distance that is kept.
    Distance "distance";
    /// Share of those in need whom organs keep alive.
    Benefit "benefit";
    /// The public asks for proof.
    Proof "proof";
    /// The public wants students to be treated kindly.
    Kindness "kindness";
    /// The public wants the use of students to end.
    EndOfUse "end_of_use";

    // Resistance

    /// An act that expresses, and is not aimed at escape (C-26).
    Expression "expression";
    /// An act aimed at escape.
    Escape "escape";
}

impl Event {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        Self::INFO[self as usize].event
    }

    /// The event of a log's code.
    pub fn from_code(code: u8) -> Option<Event> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether the `whom` of this event may have died: partings and mourning.
    pub fn may_concern_the_dead(self) -> bool {
        matches!(self, Event::CarerParted | Event::Bereaved)
    }

    /// A record of this event at a time, with nothing else filled.
    pub fn at(self, time: Time) -> Record {
        Record::at(time, self as u8)
    }
}

/// The table of events as Markdown, for the book.
pub fn markdown() -> String {
    use std::fmt::Write as _;
    let mut text = String::from("| event | what happened | columns filled |\n|---|---|---|\n");
    for info in Event::INFO {
        let columns: Vec<String> = info
            .columns
            .iter()
            .map(|filled| format!("`{}`: {}", filled.column, filled.meaning))
            .collect();
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            info.event,
            info.text,
            columns.join("; ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_codes_return() {
        let mut names: Vec<_> = Event::ALL.iter().map(|event| event.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Event::ALL.len());
        for event in Event::ALL {
            assert_eq!(Event::from_code(*event as u8), Some(*event));
        }
        assert_eq!(Event::from_code(Event::ALL.len() as u8), None);
    }

    #[test]
    fn every_filled_column_is_a_column_of_the_log() {
        const COLUMNS: [&str; 7] = ["who", "whom", "place", "topic", "object", "n", "value"];
        for info in Event::INFO {
            for filled in info.columns {
                assert!(
                    COLUMNS.contains(&filled.column),
                    "{}: {}",
                    info.event,
                    filled.column
                );
            }
        }
    }
}
