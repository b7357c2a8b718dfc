//! Conduct against its causes, dismissal against its lever.

use super::conduct::probabilities;
use super::*;
use crate::trial::{metric, students_alone as run};

fn member(duty: f32, candour: f32, conscience: f32) -> Member {
    Member {
        identity: 1,
        role: Role::Guardian,
        sex: Sex::Female,
        place: PlaceId(0),
        post: 0,
        duty,
        candour,
        conscience,
        taken_on: Time::START,
        ended: Time::NEVER,
        left: Left::Not,
        conduct: Conduct::Loyal,
        terms: [0; Conduct::COUNT],
        spoke_out: Time::NEVER,
    }
}

#[test]
fn conscience_moves_the_candid_to_speak_and_the_dutiful_to_find_reasons() {
    let rules = Staff::default();
    let of = |duty, candour, conscience| {
        let found = probabilities(&rules, &member(duty, candour, conscience), true);
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        found
    };
    let (candid, dutiful) = (of(0.2, 0.9, 0.8), of(0.9, 0.1, 0.8));
    let speaks = Conduct::SpeakingOut as usize;
    let reasons = Conduct::Rationalising as usize;
    assert!(candid[speaks] > 5.0 * dutiful[speaks]);
    assert!(dutiful[reasons] > candid[reasons]);
    assert!(candid[speaks] > of(0.2, 0.9, 0.1)[speaks]);
    let silent = probabilities(&rules, &member(0.2, 0.9, 0.8), false);
    assert_eq!(silent[speaks], 0.0);
    assert_eq!(silent[Conduct::Hinting as usize], 0.0);
}

#[test]
fn who_speaks_out_is_dismissed_and_replaced_or_kept_by_the_lever() {
    let told = run(0.01, &["time.horizon=20", "staff.outburst=-5"]);
    let kept = run(
        0.01,
        &["time.horizon=20", "staff.outburst=-5", "staff.dismissal=0"],
    );
    assert!(metric(&told, "outbursts") > 0.0);
    assert!(metric(&told, "dismissals") > 0.0);
    assert_eq!(metric(&kept, "dismissals"), 0.0);
    // Every post is filled at any time: a head and the guardians of each open school.
    for run in [&told, &kept] {
        let world = &run.world.0;
        let in_post = world.inner.staff.members.iter();
        let in_post = in_post.filter(|one| one.left == Left::Not && one.role != Role::Collector);
        let rules = &world.programme.staff;
        let wanted: u32 = world
            .institutions
            .schools
            .iter()
            .map(|school| world.places.get(school.place))
            .filter(|place| place.open(world.clock.horizon))
            .map(|place| match place.school_kind {
                Some(SchoolKind::Humane) => rules.guardians_humane + 1,
                _ => rules.guardians_ordinary + 1,
            })
            .sum();
        assert_eq!(in_post.count() as u32, wanted);
    }
}

#[test]
fn conscience_rises_with_time_in_post() {
    let run = run(0.005, &["time.horizon=30"]);
    assert!(metric(&run, "conscience_by_tenure") > 0.5);
    assert!(metric(&run, "collector_unease") > 0.1);
}
