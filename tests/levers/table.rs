//! Every lever: how it is pulled, what moves, and what it cannot reach.
//!
//! What a lever can reach follows the arrows of the model, and some arrows lead far: a mind can act on a
//! body by leaving, an organ given on the stake of families, and that on the schools. Where such an arrow
//! would blur what is tested, it is cut in both runs (`given`), and the comment beside it says which.

use hailsham_model::event::Event;

use crate::case::{Case, Moves, Shows, Until, pull};
use crate::rooms::Room;
use Event as E;
use Until::{Age, First, Year};

/// What nobody's mind reaches: the schools and who is made there, who falls ill, organs, service and care,
/// operations and deaths. The reference scenario has two arrows from minds to these: to leave, and works that
/// are shown, should they ever move the public.
const BODIES: &[Room] = &[
    Room::School,
    Room::Illness,
    Room::Waiting,
    Room::Service,
    Room::Care,
    Room::Body,
];
/// What nobody's body reaches: the years of school, from making to leaving, and who falls ill. What bodies
/// give is what families have at stake, and so moves the public.
const MADE: &[Room] = &[Room::School, Room::Illness];
/// Stories, and what is said and sought of models: nothing else asks for them.
const ORIGINALS: &[Room] = &[Room::Stories, Room::Originals];

/// Nobody gets away: the arrow from minds to bodies is cut.
const SHUT: &str = "conditioning.leaving.enforcement=1";
/// Humane schools stay as they are: the arrow from what organs give to the schools is cut.
const FIXED: &str = "society.governs_schools=false";
/// What is recognised of the students is no news: the arrow from their works to the schools is cut.
const NO_NEWS: &str = "society.persuasion=0";
/// Nobody who passes by helps: the arrow from the public to the moods of students is cut.
const ALONE: &str = "society.help=0";
/// Nobody is conditioned, so that some leave and some refuse.
const WILD: &str = "conditioning.strength=0";
/// Deferrals are granted, and everybody who believes learns where to ask.
const GRANTED: &[&str] = &["deferral.policy=granted", "deferral.address=1"];
/// At any time of life, so that many ask.
const ALWAYS: &str = "deferral.eligible=any_stage";
/// Everybody is told everything at 15.
const TOLD: &str = "knowledge.disclosure=full";

/// A lever of minds.
fn mind(lever: &'static str, set: &'static [&'static str]) -> Case {
    pull(lever, set).given(&[SHUT, NO_NEWS]).keeps(BODIES)
}

/// A lever of bodies, or of the course of a life.
fn body(lever: &'static str, set: &'static [&'static str]) -> Case {
    pull(lever, set).given(&[SHUT, FIXED]).keeps(MADE)
}

/// A lever of the public.
fn public(lever: &'static str, set: &'static [&'static str]) -> Case {
    pull(lever, set)
        .given(&[ALONE, NO_NEWS])
        .keeps_all_but(&[Room::Country])
}

/// Every pull, by what it is about.
pub(crate) fn cases() -> Vec<Case> {
    [
        deferrals(),
        knowledge(),
        refusal(),
        upbringing(),
        schools(),
        country(),
        care(),
        stories(),
        ties(),
        art(),
        origins(),
        things(),
        operations(),
        memory(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn deferrals() -> Vec<Case> {
    vec![
        body("E-01", &["deferral.policy=granted"])
            .given(&["deferral.address=1"])
            .scale(0.1)
            .up("petitions_granted", 0.0)
            .until(First(E::PetitionHeard)),
        body("E-01", &["deferral.length=10"])
            .given(GRANTED)
            .given(&[ALWAYS])
            .scale(0.2)
            .up("age_completed_who_asked", 0.02)
            .until(First(E::PetitionGranted)),
        body("E-01", &["deferral.love_needed=0.9"])
            .given(GRANTED)
            .given(&[ALWAYS])
            .down("petitions_granted", 0.5)
            .until(First(E::PetitionHeard)),
        body("E-01", &["deferral.quota=1"])
            .given(GRANTED)
            .given(&[ALWAYS])
            .scale(0.1)
            .down("petitions_granted", 0.4)
            .until(First(E::PetitionGranted)),
        body("E-02", &["deferral.eligible=any_stage"])
            .given(GRANTED)
            .scale(0.1)
            .up("petitions_granted", 0.5)
            .until(First(E::PetitionRefused)),
        // The couples that are granted it as an exception live longer, and so reach bodies.
        body("E-53", &["deferral.exceptions=1000"])
            .given(&["deferral.address=1"])
            .scale(0.1)
            .up("petitions_granted", 0.0)
            .up("belief_deferral_mean", 1.0)
            .until(First(E::PetitionHeard)),
        body("E-53", &["stories.proof=10"])
            .given(&["deferral.address=1", "deferral.exceptions=1000"])
            .scale(0.1)
            .up("belief_deferral_mean", 0.1)
            .until(First(E::PetitionGranted)),
    ]
}

fn knowledge() -> Vec<Case> {
    vec![
        mind("E-03", &["knowledge.disclosure=full"])
            .up("share_understood_completion", 0.15)
            .down("stories_told", 0.3)
            .until(Age(15.0)),
        mind("E-03", &["knowledge.disclosure_age=8"])
            .given(&[TOLD])
            .down("age_understood_completion", 0.05)
            .until(Age(8.0)),
        mind("E-03", &["knowledge.disclosure_over=8"])
            .given(&[TOLD])
            .shows(Shows::Count(E::Shaken), Moves::Down(0.5))
            .until(Age(15.0)),
        // With nothing to be told, guardians have nothing to hint at: what they do changes first.
        mind("E-04", &["knowledge.disclosure=never"])
            .up("age_understood_donation", 0.05)
            .until(First(E::ConductChanged)),
        mind("E-05", &["staff.dismissal=0"])
            .down("dismissals", 0.99)
            .until(First(E::SpokeOut)),
        mind("E-05", &["staff.dismissal_delay=4000"])
            .down("dismissals", 0.2)
            .until(First(E::SpokeOut)),
        mind("E-06", &["staff.mix=outspoken"])
            .up("outbursts", 3.0)
            .up("share_understood_completion", 0.1),
        mind("E-06", &["staff.mix=rationalising"]).up("staff_rationalisers", 0.8),
        // The uneasy are troubled and silent: they find reasons, or go.
        mind("E-06", &["staff.mix=uneasy"]).down("hints", 0.25),
    ]
}

fn refusal() -> Vec<Case> {
    vec![
        body("E-07", &["consent.refusal=true"])
            .given(&[WILD])
            .up("donations_refused", 0.0)
            .until(First(E::CalledUp)),
        body("E-07", &["consent.cost=5"])
            .given(&[WILD, "consent.refusal=true"])
            .down("donations_refused", 0.5)
            .until(First(E::Refused)),
        body("E-08", &["consent.voluntary=true"])
            .up("donations_consented", 0.0)
            .until(First(E::CalledUp)),
        body("E-08", &["consent.explained=0"])
            .given(&["consent.voluntary=true"])
            .down("donations_consented", 0.1)
            .until(First(E::CalledUp)),
        // Whether somebody gets away is asked when somebody tries.
        pull("E-09", &["conditioning.leaving.enforcement=1"])
            .given(&[WILD])
            .shows(Shows::Count(E::Escaped), Moves::Down(0.99))
            .until(First(E::AttemptedToLeave)),
        pull("E-43", &["resistance.collective=1"])
            .given(&[WILD])
            .up("agreements_to_leave", 0.0)
            .until(First(E::AgreedToLeave)),
    ]
}

fn upbringing() -> Vec<Case> {
    vec![
        mind("E-10", &["conditioning.strength=0"])
            .down("conditioning_mean", 0.5)
            .up("attempts_per_thousand", 0.0)
            .until(Age(3.0)),
        mind("E-10", &["conditioning.start_age=14"])
            .down("conditioning_mean", 0.2)
            .until(Age(3.0)),
        mind(
            "E-11",
            &[
                "conditioning.isolation=0",
                "conditioning.isolation_ordinary=0",
            ],
        )
        .up("images_mean", 0.15)
        .up("options_mean", 1.0)
        .until(Age(3.0)),
        mind("E-11", &["conditioning.isolation_later=0"])
            .up("images_mean", 0.05)
            .until(First(E::LeftSchool)),
        mind("E-11", &["outings.per_year=20"])
            .up("images_residents", 0.1)
            .until(First(E::LeftSchool)),
        mind("E-11", &["outings.television=0.5"])
            .up("images_residents", 0.2)
            .until(First(E::LeftSchool)),
        mind("E-11", &["outings.print=0.5"])
            .up("images_residents", 0.2)
            .until(First(E::LeftSchool)),
        mind("E-27", &["conditioning.plain_language=1"])
            .down("soft_words_mean", 0.99)
            .up("distress_of_donors", 0.06)
            .down("acceptance_mean", 0.14)
            .until(Age(3.0)),
        mind("E-51", &["conditioning.peer_policing=0"])
            .down("corrections", 0.99)
            .until(First(E::Corrected)),
        mind("E-51", &["conditioning.leaving.peers=0"])
            .up("escape_intent_mean", 1.0)
            .until(First(E::LeftSchool)),
        mind("E-52", &["conditioning.pride_teaching=0"])
            .down("pride_mean", 0.99)
            .down("acceptance_mean", 0.08)
            .until(Age(3.0)),
    ]
}

fn schools() -> Vec<Case> {
    vec![
        pull("E-12", &["institutions.hailsham.closes=1970"])
            .down("humane_school_years", 0.1)
            .until(Year(1970))
            .other_people(),
        pull("E-12", &["society.governs_schools=false"]).up("humane_school_years", 0.4),
        pull("E-12", &["society.patience=20"])
            .up("humane_school_years", 0.3)
            .until(First(E::ResponseLapsed)),
        // The same children, brought up otherwise: nothing of their bodies is another.
        mind("E-13", &["institutions.ordinary.kind=humane"])
            .given(&[FIXED])
            .up("acceptance_mean", 0.05),
        pull("E-13", &["institutions.progressive.count=8"])
            .given(&["society.foundings=4"])
            .up("humane_schools_most", 0.5),
        pull("E-13", &["institutions.hailsham.intake=120"])
            .up("students_created", 0.02)
            .until(First(E::PublicResponse)),
        pull("E-13", &["society.foundings=4"])
            .up("humane_school_years", 0.03)
            .until(First(E::PublicResponse)),
        mind(
            "E-14",
            &[
                "institutions.hailsham.kind=ordinary",
                "institutions.progressive.kind=ordinary",
            ],
        )
        .given(&[FIXED])
        .down("works_made", 0.2)
        .down("acceptance_mean", 0.01),
        // Where those who have left school wait, and for how long, is no matter of the schools.
        body("E-38", &["cottages.stay_mean=6"])
            .up("residents_at_end", 1.0)
            .up("couples", 0.3)
            .up("age_completed_mean", 0.07)
            .until(First(E::LeftSchool)),
        mind("E-39", &["outings.humane_education=1"])
            .down("condescended", 0.9)
            .down("rank_gap", 0.5)
            .until(First(E::LeftSchool)),
    ]
}

fn country() -> Vec<Case> {
    vec![
        // Concern founds schools, and can end it all.
        pull("E-15", &["society.persuasion=20"])
            .given(&["society.reach=1"])
            .up("concern_at_end", 2.0)
            .until(First(E::EvidenceShown))
            .other_people(),
        // Which works are shown is a matter of the works too.
        public("E-16", &["society.shown=20"])
            .keeps_all_but(&[Room::Country, Room::Works])
            .down("evidence_shown", 0.5)
            .until(First(E::EvidenceShown)),
        public("E-16", &["society.reach=1"])
            .up("recognition_at_end", 0.5)
            .until(First(E::EvidenceShown)),
        // Those who fell ill before the lists open are counted by expectation, and so are those among
        // them who need an organ: the public feels it from the first year on.
        body("E-17", &["recipients.demand_factor=0.2"])
            .up("treated_otherwise", 0.0)
            .down("stake_at_end", 0.1)
            .down("operations", 0.1),
        body("E-17", &["donation.by_demand=false"])
            .given(&["recipients.demand_factor=0.05"])
            .up("organs_unplaced", 3.0)
            .until(First(E::CalledUp)),
        // Whoever falls ill at the lower incidence falls ill at the higher too.
        body("E-18", &["recipients.incidence_factor=2"])
            .keeps(&[Room::School])
            .up("listed", 0.8)
            .up("stake_at_end", 0.012)
            .up("attention_at_end", 0.2),
        public("E-19", &["society.siting=0.8"])
            .up("unease_at_end", 0.4)
            .up("recognition_at_end", 0.13)
            .up("distance_at_end", 0.15)
            .until(First(E::LeftSchool)),
        pull("E-20", &["society.half_life=60"])
            .up("humane_school_years", 0.3)
            .until(First(E::PublicShock)),
        mind("E-42", &["society.help=0.5"])
            .up("help_rate", 5.0)
            .until(First(E::PassedBy)),
        // An account is news by itself.
        public("E-47", &["society.testimony_reach=1"])
            .given(&[FIXED])
            .up("concern_at_end", 3.0)
            .keeps_all_but(&[Room::Country, Room::Encounters])
            .until(Year(1995)),
        public("E-50", &["society.recipients_meet=1"])
            .up("recipients_met", 0.0)
            .keeps_all_but(&[Room::Country, Room::Encounters])
            .up("unease_at_end", 0.8)
            .until(First(E::Transplanted)),
    ]
}

fn care() -> Vec<Case> {
    vec![
        body("E-21", &["creation.empathy=0.85"])
            .up("comfort_received_mean", 0.2)
            .gives(&["empathy"]),
        body("E-21", &["donation.care=5"])
            .down("share_died_operation_2", 0.4)
            .until(First(E::Operated)),
        body("E-22", &["carers.share=0"])
            .down("share_deaths_attended", 0.99)
            .down("comfort_received_mean", 0.99)
            .down("dead_remembered", 0.15)
            .down("age_completed_mean", 0.05)
            .until(First(E::BecameCarer)),
        body("E-23", &["carers.excellence=0"])
            .down("postponed", 0.15)
            .down("tenure_mean", 0.1)
            .until(First(E::Reviewed)),
        body("E-23", &["carers.excellence=0"])
            .down("excellence_and_call", 0.4)
            .scale(0.1)
            .until(First(E::Reviewed)),
        body("E-24", &["carers.tenure_cap=0"])
            .up("tenure_longest", 0.4)
            .until(First(E::CalledUp)),
        body("E-25", &["carers.may_choose=true"])
            .up("reunions", 0.1)
            .until(First(E::CarerAssigned)),
        body("E-25", &["carers.choice_breadth=1"])
            .given(&["carers.may_choose=true"])
            .shows(Shows::Schoolmates, Moves::Down(0.2))
            .until(First(E::CarerAssigned)),
        body(
            "E-26",
            &[
                "donation.quality=1",
                "donation.centres.grim.quality=1",
                "donation.centres.others.quality=1",
            ],
        )
        .up("strength_after_2_mean", 0.15)
        .until(First(E::Operated)),
        body(
            "E-26",
            &[
                "donation.quality=1",
                "donation.centres.grim.quality=0",
                "donation.centres.others.quality=0",
            ],
        )
        .down("strength_after_2_mean", 0.1)
        .until(First(E::Operated)),
    ]
}

fn stories() -> Vec<Case> {
    vec![
        mind("E-28", &["stories.deferral_told=false"])
            .down("stories_told_deferral", 0.99)
            .down("acceptance_donors", 0.007)
            .until(First(E::StoryArose)),
        mind("E-29", &["stories.refuted_in=1980"])
            .down("belief_deferral_mean", 0.9)
            .until(Year(1980)),
        mind("E-29", &["stories.refuted_at_age=17"])
            .down("belief_deferral_mean", 0.9)
            .until(Age(17.0)),
        mind("E-33", &["works.collection.rule=stopped"])
            .down("stories_told_gallery", 0.9)
            .down("belief_gallery_mean", 0.9)
            .down("belief_deferral_mean", 0.05)
            .until(First(E::CollectorVisited)),
        mind("E-33", &["works.collection.rule=explained"])
            .down("stories_told_gallery", 0.9)
            .down("belief_gallery_mean", 0.9)
            .down("belief_deferral_mean", 0.05)
            .until(First(E::CollectorVisited)),
        mind("E-54", &["stories.criterion=words"])
            .scale(0.1)
            .down("works_late", 0.2)
            .until(First(E::StoryArose)),
        mind("E-54", &["stories.criterion=history"])
            .scale(0.1)
            .down("works_drew_again", 0.1)
            .until(First(E::StoryArose)),
    ]
}

fn ties() -> Vec<Case> {
    vec![
        mind("E-30", &["ties.interference.jealousy=0"])
            .down("pairs_kept_apart", 0.99)
            .down("years_kept_apart", 0.99)
            .until(First(E::Interfered)),
        mind("E-31", &["ties.confession.telling=0"])
            .down("confessions", 0.99)
            .up("years_kept_apart", 0.05)
            .until(First(E::Confessed)),
        mind("E-35", &["ties.couples.children=true"])
            .down("longing_mean", 0.01)
            .until(First(E::Coupled)),
        mind("E-48", &["ties.interference.support=1"])
            .down("interferences", 0.99)
            .up("supports", 0.0)
            .down("pairs_kept_apart", 0.9)
            .until(First(E::Interfered)),
        mind("E-48", &["ties.interference.support_gain=1"])
            .given(&["ties.interference.support=1"])
            .up("friends_carer", 0.02)
            .until(First(E::Supported)),
    ]
}

fn art() -> Vec<Case> {
    vec![
        mind("E-32", &["standing.early_praise=1"])
            .given(&["institutions.ordinary.kind=humane", FIXED])
            .down("teased", 0.3)
            .down("raged", 0.4)
            .until(First(E::MadeWork)),
        mind("E-34", &["works.depth_in_grade=1"])
            .up("works_inner_life_collected", 0.2)
            .until(First(E::MadeWork)),
    ]
}

fn origins() -> Vec<Case> {
    vec![
        mind("E-36", &["originals.records_open=true"])
            .keeps_all_but(ORIGINALS)
            .up("originals_found", 0.0)
            .until(First(E::Expedition)),
        mind("E-36", &["originals.found_disappointment=0.5"])
            .given(&["originals.records_open=true"])
            .keeps_all_but(ORIGINALS)
            .down("mood_after_meeting", 1.0)
            .until(First(E::FoundOriginal)),
        // Whose copy somebody is shows in nothing until somebody tells of it.
        mind("E-37", &["originals.share_marginal=0"])
            .keeps_all_but(ORIGINALS)
            .down("models_marginal", 0.99)
            .until(First(E::StoryArose)),
        mind("E-37", &["stories.scraps=20"])
            .given(&["originals.share_marginal=0"])
            .keeps_all_but(ORIGINALS)
            .up("stories_told_originals", 0.5)
            .until(First(E::StoryArose)),
    ]
}

fn things() -> Vec<Case> {
    vec![
        mind("E-40", &["belongings.lost=1"])
            .up("belongings_lost", 0.7)
            .until(First(E::FoundBelonging)),
        mind("E-40", &["belongings.lost_moving=1"])
            .up("belongings_lost", 0.4)
            .until(First(E::LeftSchool)),
        mind("E-40", &["belongings.found_again=1"])
            .up("belongings_replaced", 1.0)
            .until(First(E::SearchedFor)),
        mind("E-40", &["belongings.copy_found=1"])
            .given(&["belongings.norfolk=20"])
            .up("belongings_replaced", 0.05)
            .until(First(E::SearchedFor)),
    ]
}

fn operations() -> Vec<Case> {
    vec![
        body("E-44", &["donation.cap=2"])
            .down("completed_operation_4", 0.99)
            .up("donors_at_end", 2.0)
            .down("completed", 0.3)
            .until(First(E::Discharged)),
        body("E-45", &["donation.intercept=-2"])
            .up("completed_operation_1", 3.0)
            .until(First(E::Operated)),
        body("E-45", &["donation.slope=2"])
            .up("share_died_operation_3", 1.0)
            .until(First(E::Operated)),
        body("E-45", &["donation.weakness=6"])
            .up("share_died_operation_2", 0.3)
            .until(First(E::Operated)),
        body("E-45", &["creation.frailty_variance=5"])
            .down("share_died_operation_3", 0.2)
            .gives(&["frailty"])
            .until(First(E::Operated)),
        body("E-46", &["donation.retire_after=2"])
            .up("retired_at_end", 0.0)
            .down("completed", 0.3)
            .until(First(E::Discharged)),
    ]
}

fn memory() -> Vec<Case> {
    vec![
        mind("E-41", &["resistance.telling=0"])
            .down("dead_remembered", 0.1)
            .down("dead_remembered_by_telling", 0.99)
            .until(First(E::ToldOfThePast)),
        mind("E-49", &["character.retention=1"])
            .up("distress_of_donors", 0.15)
            .down("acceptance_mean", 0.03)
            .until(First(E::MadeWork)),
    ]
}
