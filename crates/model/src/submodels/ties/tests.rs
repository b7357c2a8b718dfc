use hailsham_engine::time::Span;

use super::*;
use crate::event::Event;
use crate::mind::{Hearer, Story};
use crate::network::MOST_TIES;
use crate::purpose::Purpose;
use crate::submodels::deferral;
use crate::trial::{count, run};

/// A world of infants, who know nobody yet.
fn infants(sets: &[&str]) -> World {
    let mut sets = sets.to_vec();
    sets.extend(["time.horizon = 1", "recipients.incidence_factor = 0"]);
    let mut world = run(0.1, &sets).world.0;
    // Those of the intake who are not made yet, too: nobody here is dead.
    world.students.phase.fill(Phase::Pupil);
    world
}

const ONE: StudentId = StudentId(0);
const OTHER: StudentId = StudentId(1);
const THIRD: StudentId = StudentId(2);

fn years(years: f64) -> Time {
    Time::START + Span::from_years(years)
}

/// Two are tied as they would be after many meetings.
fn befriend(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    assert!(friendship::acquaint(world, at, one, other));
    for _ in 0..40 {
        friendship::grow(world, at, [one, other], 0.2);
    }
}

/// Everybody is drawn to everybody.
const OPEN: &str = "ties.friendship.acquaintance = -10";

#[test]
fn friendship_grows_by_a_part_of_what_is_left() {
    let mut world = infants(&[OPEN]);
    let at = years(10.0);
    for _ in 0..5 {
        assert!(friendship::contact(&mut world, at, ONE, OTHER));
    }
    let tie = *world.network.between(ONE, OTHER).unwrap();
    let rules = &world.programme.ties.friendship;
    let part = rules.contact / (1.0 + libm::exp(-rules.affinity * f64::from(tie.affinity)));
    let (mut left, mut distrust) = (1.0, 1.0 - rules.trust);
    for _ in 0..5 {
        distrust *= 1.0 - rules.trust_contact;
        left *= 1.0 - part * (1.0 - rules.guarded * distrust);
    }
    assert!((f64::from(tie.friendship) - (1.0 - left)).abs() < 1e-5);
    let back = world.network.between(OTHER, ONE).unwrap();
    assert_eq!(
        (back.friendship, back.affinity),
        (tie.friendship, tie.affinity)
    );
}

#[test]
fn friendship_fades_with_the_half_life_of_where_the_two_live() {
    let mut world = infants(&[OPEN]);
    befriend(&mut world, years(10.0), ONE, OTHER);
    let fading = world.programme.ties.friendship.fading();
    let place = world.students.place[ONE.row()];
    world.students.place[OTHER.row()] = place;
    disperse_all(&mut world, years(10.0));
    let begins = f64::from(world.network.between(ONE, OTHER).unwrap().friendship);
    // Two years together, then four apart, asked for only at the end.
    let elsewhere = world
        .places
        .iter()
        .map(|(id, _)| id)
        .find(|id| *id != place);
    world.students.place[OTHER.row()] = elsewhere.unwrap();
    moved(&mut world, years(12.0), OTHER);
    for (one, other) in [(ONE, OTHER), (OTHER, ONE)] {
        let tie = world.network.between(one, other).unwrap();
        assert!(tie.is(Tie::APART));
        let rules = &world.programme.ties.friendship;
        let left = begins
            * libm::pow(0.5, 2.0 / rules.half_life_together)
            * libm::pow(0.5, 4.0 / rules.half_life_apart);
        let is = tie.friendship_at(years(16.0), fading);
        assert!((is - left).abs() < 1e-4 * left, "{is} {left}");
    }
    // Looking back, the friend is a friend no more.
    let reflection = look(ONE, 16.0);
    friendship::look_back(&mut world, &reflection);
    assert!(!world.network.between(ONE, OTHER).unwrap().is(Tie::FRIENDS));
}

fn disperse_all(world: &mut World, at: Time) {
    for student in [ONE, OTHER, THIRD] {
        friendship::disperse(world, at, student);
    }
}

fn look(who: StudentId, at: f64) -> Reflection {
    Reflection {
        at: years(at),
        who,
        number: 1,
        years: 0.5,
        age: at,
    }
}

fn meeting(who: StudentId, whom: StudentId, at: f64) -> Meeting {
    Meeting {
        at: years(at),
        who,
        whom,
        number: 1,
        together: true,
    }
}

#[test]
fn the_weakest_of_twelve_gives_way() {
    let mut world = infants(&[OPEN]);
    let at = years(10.0);
    let others: Vec<StudentId> = (1..=MOST_TIES as u32).map(StudentId).collect();
    for (index, other) in others.iter().enumerate() {
        befriend(&mut world, at, ONE, *other);
        let friendship = if index == 5 { 0.001 } else { 0.9 };
        for tie in world.network.ends_mut(ONE, *other).unwrap() {
            tie.friendship = friendship;
        }
    }
    let newcomer = StudentId(MOST_TIES as u32 + 1);
    assert!(friendship::acquaint(&mut world, at, ONE, newcomer));
    assert_eq!(world.network.of(ONE).len(), MOST_TIES);
    assert!(world.network.between(ONE, others[5]).is_none());
    assert!(world.network.between(others[5], ONE).is_none());
    assert!(world.network.between(newcomer, ONE).is_some());
    // All that are left are stronger than a beginning.
    for tie in world.network.of_mut(ONE) {
        tie.friendship = 0.9;
    }
    assert!(!friendship::acquaint(&mut world, at, ONE, StudentId(30)));
}

/// The first has come between the other two, whom everything draws to each other.
fn triangle(sets: &[&str]) -> World {
    let mut all = vec![
        OPEN,
        "ties.couples.shyness = 50",
        "ties.couples.same_sex = 1",
        "ties.interference.rate = 10",
        "ties.interference.block = 1",
    ];
    all.extend(sets);
    let mut world = infants(&all);
    let at = years(18.0);
    for (one, other) in [(ONE, OTHER), (ONE, THIRD), (OTHER, THIRD)] {
        befriend(&mut world, at, one, other);
    }
    let closest = friendship::look_back(&mut world, &look(ONE, 18.0)).unwrap();
    let reflection = look(ONE, 18.0);
    let draw = reflection.draw(&world, Purpose::Interference);
    interference::reflect(&mut world, &reflection, &closest, draw);
    world
}

#[test]
fn a_blocked_pair_is_kept_apart_until_the_truth_is_told() {
    let mut world = triangle(&[
        "ties.confession.reserve = 50",
        "ties.confession.forgiving = 50",
    ]);
    assert!(world.minds.of(ONE).guilt > 0.0);
    assert!(has(&world, OTHER, THIRD, Tie::BLOCKED));
    for victim in [OTHER, THIRD] {
        assert!(has(&world, ONE, victim, Tie::WRONGED));
        assert!(!has(&world, victim, ONE, Tie::WRONGED));
    }
    couples::meet(&mut world, &meeting(OTHER, THIRD, 19.0));
    assert!(world.network.partner(OTHER).is_none());
    let trust = |world: &World| world.network.between(OTHER, ONE).unwrap().trust;
    let before = (trust(&world), world.minds.of(ONE).guilt);
    confession::meet(&mut world, &meeting(ONE, OTHER, 25.0));
    assert!(!has(&world, OTHER, THIRD, Tie::BLOCKED));
    assert!(!has(&world, ONE, OTHER, Tie::WRONGED));
    assert!(has(&world, OTHER, ONE, Tie::TOLD));
    assert!(trust(&world) > before.0 && world.minds.of(ONE).guilt < before.1);
    // Owned up to, it keeps them apart no longer, though they become a couple a year later.
    let apart = |world: &mut World, at: f64| {
        let matter = world.inner.ties.matter(OTHER, THIRD).unwrap();
        matter.years_apart(years(at)).unwrap()
    };
    assert!((apart(&mut world, 40.0) - 6.0).abs() < 1e-5);
    couples::meet(&mut world, &meeting(OTHER, THIRD, 26.0));
    assert_eq!(world.network.partner(OTHER), Some(THIRD));
    let matter = world.inner.ties.matter(OTHER, THIRD).unwrap();
    assert_eq!(matter.kept_apart, years(19.0));
    assert_eq!(matter.united, years(26.0));
    assert!((apart(&mut world, 40.0) - 6.0).abs() < 1e-5);
}

#[test]
fn who_is_gone_is_kept_apart_from_nobody_any_more() {
    let mut world = triangle(&[]);
    couples::meet(&mut world, &meeting(OTHER, THIRD, 19.0));
    world.students.phase[THIRD.row()] = Phase::Away;
    ended(&mut world, years(22.0), THIRD);
    let matter = world.inner.ties.matter(OTHER, THIRD).unwrap();
    let apart = matter.years_apart(years(40.0)).unwrap();
    assert!((apart - 3.0).abs() < 1e-5, "{apart}");
}

/// What lies take of trust is missing where the two meet, and where one of them might speak.
#[test]
fn who_was_lied_to_opens_up_less_and_speaks_less() {
    let lied_about = |lying: &str| {
        let mut world = triangle(&[
            "ties.interference.kinds = [0, 1, 0]",
            "ties.interference.block = 0",
            "ties.friendship.trust = 1",
            "ties.couples.shyness = 20",
            "ties.couples.distrust = 50",
            lying,
        ]);
        for tie in world.network.ends_mut(OTHER, THIRD).unwrap() {
            tie.friendship = 0.5;
        }
        friendship::contact(&mut world, years(18.0), OTHER, THIRD);
        let grown = world.network.between(OTHER, THIRD).unwrap().friendship;
        couples::meet(&mut world, &meeting(OTHER, THIRD, 18.0));
        (grown, has(&world, OTHER, THIRD, Tie::LOVE))
    };
    let believed = lied_about("ties.interference.lying = 1");
    let harmless = lied_about("ties.interference.lying = 0");
    assert!(believed.0 < harmless.0, "{believed:?} {harmless:?}");
    assert_eq!((believed.1, harmless.1), (false, true));
}

/// A wrong can be owned up to as long as both live: the one wronged, who does not know it, drops the tie as
/// little as the one who did it.
#[test]
fn what_is_unsettled_is_kept_by_both() {
    let mut world = triangle(&[]);
    let at = years(18.0);
    for other in (3..).map(StudentId).take(MOST_TIES - 2) {
        befriend(&mut world, at, OTHER, other);
    }
    assert_eq!(world.network.of(OTHER).len(), MOST_TIES);
    for tie in world.network.ends_mut(ONE, OTHER).unwrap() {
        tie.friendship = 0.0;
    }
    let newcomer = StudentId(40);
    for tie in world.network.of_mut(OTHER) {
        if tie.other != ONE.0 {
            tie.friendship = 0.9;
        }
    }
    assert!(!friendship::acquaint(&mut world, at, OTHER, newcomer));
    assert!(has(&world, ONE, OTHER, Tie::WRONGED) && has(&world, OTHER, ONE, Tie::HARMED));
    // With the wrongdoer the chance of it dies.
    world.students.phase[ONE.row()] = Phase::Dead;
    ended(&mut world, at, ONE);
    assert!(friendship::acquaint(&mut world, at, OTHER, newcomer));
    assert!(world.network.between(OTHER, ONE).is_none());
}

#[test]
fn a_partner_who_confesses_lets_go_and_passes_on_the_address() {
    let mut world = triangle(&[
        "ties.confession.reserve = 50",
        "ties.confession.address = 1",
    ]);
    couples::meet(&mut world, &meeting(ONE, OTHER, 18.5));
    assert_eq!(world.network.partner(ONE), Some(OTHER));
    mark(&mut world, OTHER, THIRD, Tie::LOVE);
    world.minds.of_mut(ONE).hearer[Story::Deferral as usize] = Hearer::Spreader;
    assert!(!deferral::knows_address(&world, THIRD));
    confession::meet(&mut world, &meeting(ONE, THIRD, 25.0));
    assert!(world.network.partner(OTHER).is_none());
    assert!(deferral::knows_address(&world, THIRD));
}

#[test]
fn without_jealousy_or_with_support_nobody_interferes() {
    let world = triangle(&["ties.interference.jealousy = 0"]);
    assert!(!has(&world, OTHER, THIRD, Tie::BLOCKED));
    assert_eq!(world.minds.of(ONE).guilt, 0.0);
    let world = triangle(&["ties.interference.support = 1"]);
    assert!(!has(&world, OTHER, THIRD, Tie::BLOCKED));
    let baseline = world.programme.character.worth as f32;
    assert!(world.minds.of(OTHER).worth > baseline || world.minds.of(THIRD).worth > baseline);
}

#[test]
fn a_death_is_mourned_by_the_strength_of_the_tie() {
    let mut world = infants(&[OPEN]);
    let at = years(20.0);
    befriend(&mut world, at, ONE, THIRD);
    befriend(&mut world, at, OTHER, THIRD);
    world.network.between_mut(OTHER, THIRD).unwrap().friendship = 0.4;
    world.students.phase[THIRD.row()] = Phase::Dead;
    ended(&mut world, at, THIRD);
    let rules = &world.programme.ties.mourning;
    let close = f64::from(world.network.between(ONE, THIRD).unwrap().friendship);
    for (mourner, strength) in [(ONE, close), (OTHER, 0.4)] {
        let mind = world.minds.of(mourner);
        let expected = (rules.grief * strength) as f32;
        assert!((mind.grief - expected).abs() < 1e-6);
        assert!(has(&world, mourner, THIRD, Tie::DEAD));
    }
    assert!(friendship::look_back(&mut world, &look(ONE, 21.0)).is_none());
}

#[test]
fn children_change_the_longing_of_couples_and_nothing_else() {
    let longing = |children: &str| {
        let mut world = infants(&[
            OPEN,
            "ties.couples.shyness = 50",
            "ties.couples.same_sex = 1",
            children,
        ]);
        befriend(&mut world, years(18.0), ONE, OTHER);
        couples::meet(&mut world, &meeting(ONE, OTHER, 18.0));
        let fact = crate::mind::Fact::Childlessness as usize;
        world.minds.of_mut(ONE).understood[fact] = 1.0;
        let reflection = look(ONE, 18.5);
        let draw = reflection.draw(&world, Purpose::Interference);
        reflect(&mut world, &reflection, draw);
        world.minds.of(ONE).longing
    };
    assert_eq!(longing("ties.couples.children = true"), 0.0);
    assert!(longing("ties.couples.children = false") > 0.0);
}

/// A whole run: what ties must keep to at its end.
#[test]
fn ties_of_a_run_are_whole() {
    let run = run(0.03, &[]);
    let world = &run.world.0;
    for student in (0..world.students.len() as u32).map(StudentId) {
        let alive = world.students.alive(student);
        let mut partners = 0;
        for tie in world.network.of(student) {
            for share in [tie.friendship, tie.trust, tie.grievance] {
                assert!((0.0..=1.0).contains(&share));
            }
            if !alive {
                continue;
            }
            partners += u32::from(tie.is(Tie::COUPLE));
            assert_eq!(world.students.alive(tie.other()), !tie.is(Tie::DEAD));
            if !tie.is(Tie::DEAD) {
                let back = world.network.between(tie.other(), student).unwrap();
                assert_eq!(back.is(Tie::HARMED), tie.is(Tie::WRONGED));
                for shared in [Tie::COUPLE, Tie::APART, Tie::LOVE, Tie::BLOCKED] {
                    assert_eq!(back.is(shared), tie.is(shared));
                }
                assert_eq!(
                    tie.is(Tie::APART),
                    friendship::apart(world, student, tie.other())
                );
            }
        }
        assert!(partners <= 1);
    }
    for event in [
        Event::Befriended,
        Event::GrewApart,
        Event::Reunited,
        Event::Coupled,
        Event::Parted,
        Event::LoveHidden,
        Event::Interfered,
        Event::KeptApart,
        Event::Confessed,
        Event::Forgave,
        Event::Resented,
        Event::Bereaved,
    ] {
        assert!(count(&run, event) > 0, "{}", event.name());
    }
}

/// D-15: love has no path to the time of death.
#[test]
fn without_love_everybody_dies_at_the_same_time() {
    let loved = run(0.02, &[]);
    let unloved = run(
        0.02,
        &[
            "ties.couples.shyness = -50",
            "ties.interference.jealousy = 0",
        ],
    );
    assert!(count(&loved, Event::Coupled) > 0 && count(&unloved, Event::Coupled) == 0);
    assert_eq!(loved.world.0.students.died, unloved.world.0.students.died);
}
