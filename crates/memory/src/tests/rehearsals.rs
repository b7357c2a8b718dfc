//! What brings memories back, and that what is brought back survives.

use hailsham_engine::time::Time;

use super::{
    Anchor, Experience, Parameters, assert_binomial, days, plain, recollect, teller, told_of, year,
};
use crate::draws::Draws;
use crate::experience::Teller;
use crate::rehearsal::rehearse;
use crate::trace::{Trace, Traces};

fn rehearsed(p: &Parameters, teller: &Teller, life: &[Experience]) -> Vec<Trace> {
    let mut traces = Traces::new(teller, life);
    rehearse(
        p,
        teller,
        Draws::new(teller.seed, teller.key, teller.at),
        &mut traces,
    );
    traces.list
}

#[test]
fn each_telling_is_a_term_of_the_base_level() {
    let p = Parameters {
        threshold: -20.0,
        ..Parameters::default()
    };
    let tellings = [year(12.0), year(18.0), year(20.0), year(8.0)];
    let mut teller = teller(1, year(20.0));
    teller.tellings = &tellings;
    let life = [plain(0, year(10.0))];
    let account = recollect(&p, &teller, &life);
    // Neither the telling before it happened nor the one that is told now counts.
    let sum: f64 = [10.0, 12.0, 18.0]
        .map(|then| days(year(then), year(20.0)).powf(-0.5))
        .iter()
        .sum();
    let expected = sum.ln() + p.salience * f64::from(0.3_f32);
    let activation = account.recollections[0].activation;
    assert!(
        (activation - expected).abs() < 1e-9,
        "{activation} {expected}"
    );
}

#[test]
fn whoever_listens_the_past_is_told_of_with_those_who_are_gone_in_it() {
    let p = Parameters {
        told_of: 3,
        cue_person: 0.0,
        cue_kind: 0.0,
        cue_place: 0.0,
        ..Parameters::default()
    };
    // The tellings are experiences of their own, with a listener, who is in none of what was before.
    let tellings: Vec<Time> = (0..100).map(|i| year(20.0 + 0.05 * f64::from(i))).collect();
    let past = (0..40).map(|row| Experience {
        other: Some(row as u32 % 4),
        ..plain(row, year(10.0))
    });
    let listened = (100..).zip(&tellings).map(|(row, at)| Experience {
        other: Some(7),
        ..plain(row, *at)
    });
    let life: Vec<Experience> = past.chain(listened).collect();
    let mut teller = teller(3, year(30.0));
    teller.tellings = &tellings;
    let mut of = [0; 8];
    for trace in rehearsed(&p, &teller, &life) {
        assert_eq!(trace.rehearsals, trace.retellings);
        of[life[trace.index].other.unwrap() as usize] += trace.retellings;
    }
    // Three a telling, but a thing is told once in it; of the forty and of the tellings before, which are 50 on
    // average, alike.
    let all: u32 = of.iter().sum();
    assert!((250..=300).contains(&all), "{of:?}");
    for gone in &of[..4] {
        assert!((20..60).contains(gone), "{of:?}");
    }
    assert!((60..150).contains(&of[7]), "{of:?}");
}

#[test]
fn the_more_traces_share_a_cue_the_less_each_gets() {
    let p = Parameters {
        cue_person: 0.5,
        cue_kind: 0.0,
        cue_place: 0.0,
        ..Parameters::default()
    };
    for fan in [1_u64, 5, 20] {
        let mut life: Vec<Experience> = (0..fan)
            .map(|row| Experience {
                other: Some(7),
                ..plain(row, year(10.0))
            })
            .collect();
        // Someone else's do not count.
        life.push(Experience {
            other: Some(8),
            ..plain(50, year(10.0))
        });
        life.push(Experience {
            other: Some(7),
            ..plain(99, year(15.0))
        });
        let only_last = |p: &Parameters, key| {
            let teller = teller(key, year(30.0));
            // What the first ones did to each other is taken away.
            let before = rehearsed(p, &teller, &life[..life.len() - 1]);
            let after = rehearsed(p, &teller, &life);
            assert_eq!(after[fan as usize].rehearsals, 0);
            after[0].rehearsals - before[0].rehearsals
        };
        let count: u32 = (0..2000).map(|key| only_last(&p, key)).sum();
        assert_binomial(count as usize, 2000, 0.5 / fan as f64);
    }
    // Without fractions no chance: two each time.
    let p = Parameters {
        cue_person: 2.0,
        ..p
    };
    let life = [0, 1].map(|row| Experience {
        other: Some(7),
        ..plain(row, year(10.0 + row as f64))
    });
    assert_eq!(
        rehearsed(&p, &teller(1, year(30.0)), &life)[0].rehearsals,
        2
    );
}

#[test]
fn an_anchor_rehearses_at_its_rate_while_it_lasts() {
    let p = Parameters {
        chain: 0.0,
        threshold: -20.0,
        ..Parameters::default()
    };
    let life = [
        Experience {
            thing: Some(4),
            ..plain(0, year(10.0))
        },
        plain(1, year(10.0)),
    ];
    let anchors = [Anchor {
        name: 1,
        thing: Some(4),
        other: None,
        place: None,
        from: year(5.0),
        until: year(20.0),
    }];
    let mut teller = teller(1, year(30.0));
    teller.anchors = &anchors;
    let traces = rehearsed(&p, &teller, &life);
    // From the event, not from the anchor's first day, to the anchor's last.
    assert!(
        (59..=61).contains(&traces[0].rehearsals),
        "{}",
        traces[0].rehearsals
    );
    assert_eq!(traces[1].rehearsals, 0);
    // The sum of even reminders is about the integral of the power law.
    let integral = |a: f64, b: f64| p.anchored / super::YEAR * 2.0 * (b.sqrt() - a.sqrt());
    let (near, far) = (days(year(20.0), year(30.0)), days(year(10.0), year(30.0)));
    let expected = far.powf(-0.5) + integral(near, far);
    assert!((traces[0].sum / expected - 1.0).abs() < 0.03);
}

#[test]
fn anchored_memories_survive_better_and_chain_to_others() {
    // D-63: a thing, another memory of the same person, and one tied to nothing.
    let p = Parameters::default();
    let mut life = vec![Experience {
        thing: Some(4),
        other: Some(5),
        ..plain(0, year(10.0))
    }];
    life.extend((1..11).map(|row| Experience {
        other: Some(5),
        ..plain(row, year(10.0))
    }));
    life.extend((11..21).map(|row| Experience {
        other: Some(6),
        ..plain(row, year(10.0))
    }));
    let anchors = [Anchor {
        name: 1,
        thing: Some(4),
        other: None,
        place: None,
        from: year(10.0),
        until: Time::NEVER,
    }];
    let mut counts = [0_usize; 3];
    for key in 0..1000 {
        let mut teller = teller(key, year(31.0));
        teller.anchors = &anchors;
        let account = recollect(&p, &teller, &life);
        counts[0] += usize::from(told_of(&account, 0).is_some());
        counts[1] += usize::from(told_of(&account, 5).is_some());
        counts[2] += usize::from(told_of(&account, 15).is_some());
    }
    // Differences of at least a tenth, six standard deviations and more.
    assert!(counts[0] > counts[1] + 100, "{counts:?}");
    assert!(counts[1] > counts[2] + 100, "{counts:?}");
}

#[test]
fn what_came_later_does_not_change_what_had_been_rehearsed() {
    let p = Parameters::default();
    let mut life: Vec<Experience> = (0..30)
        .map(|row| Experience {
            other: Some(row as u32 % 3),
            place: Some(row as u32 % 2),
            ..plain(row, year(8.0 + row as f64 / 10.0))
        })
        .collect();
    let tellings = [year(12.0), year(13.0)];
    let anchors = [Anchor {
        name: 1,
        thing: None,
        other: Some(2),
        place: None,
        from: year(8.0),
        until: year(14.0),
    }];
    let mut teller = teller(1, year(14.0));
    (teller.tellings, teller.anchors) = (&tellings, &anchors);
    let early: Vec<u32> = rehearsed(&p, &teller, &life)
        .iter()
        .map(|trace| trace.rehearsals)
        .collect();
    assert!(early.iter().sum::<u32>() > 30);
    teller.at = year(25.0);
    // Later things of other people and kinds elsewhere, listed first.
    for row in 100..110 {
        life.insert(
            0,
            Experience {
                other: Some(50 + row as u32),
                ..plain(row, year(20.0))
            },
        );
    }
    let late: Vec<u32> = rehearsed(&p, &teller, &life)
        .iter()
        .map(|trace| trace.rehearsals)
        .collect();
    assert_eq!(late[..30], early[..]);
}

#[test]
fn what_stands_out_is_told_more_often() {
    // The more salient of two that come to mind: the dull half is told of one time in four.
    let p = Parameters {
        told_of: 1,
        choice: 2,
        cue_kind: 0.0,
        ..Parameters::default()
    };
    let life: Vec<Experience> = (0..10)
        .map(|row| Experience {
            salience: if row < 5 { 0.2 } else { 0.8 },
            ..plain(row, year(10.0))
        })
        .collect();
    let tellings = [year(20.0)];
    let mut dull = 0;
    for key in 0..1000 {
        let mut teller = teller(key, year(30.0));
        teller.tellings = &tellings;
        let traces = rehearsed(&p, &teller, &life);
        assert_eq!(traces.iter().map(|trace| trace.retellings).sum::<u32>(), 1);
        dull += traces[..5]
            .iter()
            .map(|trace| trace.retellings as usize)
            .sum::<usize>();
    }
    assert_binomial(dull, 1000, 0.25);
}
