//! The ties around a few students: who was close, who came between, who is gone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::chart::{Chart, Column, Kind};
use crate::input::{Circle, Closeness, Member, Run, Stage, Tie, date, years};
use crate::lexicon::{LexiconError, Speaker};

/// What two people are to each other; both ends of a tie together.
#[derive(Default)]
struct Between {
    friendship: f32,
    closeness: Closeness,
    wrong: bool,
    blocked: bool,
}

impl Between {
    fn add(&mut self, tie: &Tie) {
        self.friendship = self.friendship.max(tie.friendship);
        self.closeness = self.closeness.max(tie.closeness);
        self.wrong |= tie.wrong;
        self.blocked |= tie.blocked;
    }

    /// The word for the tie.
    fn kind(&self) -> &'static str {
        match self.closeness {
            Closeness::Love => "love",
            Closeness::Friends => "friends",
            Closeness::GrownApart => "grown apart",
        }
    }

    /// What stands between the two.
    fn trouble(&self) -> &'static str {
        match (self.wrong, self.blocked) {
            (true, true) => "a wrong; somebody came between",
            (true, false) => "a wrong",
            (false, true) => "somebody came between",
            (false, false) => "",
        }
    }
}

/// The circles, one shown at a time.
pub(super) fn chart(run: &Run, speaker: &Speaker) -> Result<Chart, LexiconError> {
    let columns = vec![
        Column::new("around", "Around", 0),
        Column::new("person", "Person", 0),
        Column::new("other", "Other", 0),
        Column::new("tie", "Tie", 0),
        Column::new("friendship", "Friendship, %", 0),
        Column::new("between", "What stands between them", 0),
    ];
    let mut members = serde_json::Map::new();
    let mut rows = Vec::new();
    for circle in &run.circles {
        for member in &circle.members {
            let known = described(run, speaker, member)?;
            members.insert(key(member), known);
        }
        rows.extend(pairs(circle));
    }
    let options = json!({ "choose": "Person", "members": members });
    let mut chart = Chart::new("circle", Kind::Network, columns, options);
    for (around, [one, other], between) in rows {
        chart.push(vec![
            key(around).into(),
            key(one).into(),
            key(other).into(),
            between.kind().into(),
            (100.0 * f64::from(between.friendship)).into(),
            between.trouble().into(),
        ]);
    }
    Ok(chart)
}

/// A person in the table: the name, and the number, since names are not unique.
fn key(member: &Member) -> String {
    format!("{} · {}", member.name, member.id)
}

/// Every two members who have a tie, those of the student in the middle first.
fn pairs(circle: &Circle) -> Vec<(&Member, [&Member; 2], Between)> {
    let place: BTreeMap<u32, usize> = circle
        .members
        .iter()
        .enumerate()
        .map(|(place, member)| (member.id, place))
        .collect();
    let mut pairs: BTreeMap<[usize; 2], Between> = BTreeMap::new();
    for tie in &circle.ties {
        let ends = [tie.who, tie.whom].map(|id| place.get(&id).copied());
        if let [Some(one), Some(other)] = ends {
            let pair = [one.min(other), one.max(other)];
            pairs.entry(pair).or_default().add(tie);
        }
    }
    let member = |place: usize| &circle.members[place];
    pairs
        .into_iter()
        // Among the others only what is close or troubled: the rest would hide it.
        .filter(|([one, _], between)| {
            *one == 0 || between.closeness > Closeness::GrownApart || between.wrong
        })
        .map(|(pair, between)| (member(0), pair.map(member), between))
        .collect()
}

/// What a person came to, for the drawing.
fn described(run: &Run, speaker: &Speaker, member: &Member) -> Result<Value, LexiconError> {
    let Some(row) = member.row else {
        return Ok(json!({ "name": member.name, "life": "" }));
    };
    let students = &run.students;
    let born = students.born[row].unwrap_or(run.end);
    let stage = match students.stage(row) {
        Stage::School => "at school",
        Stage::Cottages => "left school",
        Stage::Carer => "a carer",
        Stage::Donor => "a donor",
        Stage::Retired => "released",
        Stage::Away => "left, not brought back",
    };
    let Some(died) = students.died[row] else {
        let age = years(born, run.end) as u32;
        let life = format!("{stage}, living at the end, aged {age}");
        return Ok(json!({ "name": member.name, "life": life }));
    };
    let how = if students.completed(row) {
        speaker.label("V-06", "past")?
    } else {
        "died of another cause".to_owned()
    };
    let year = date(died).get(..4).unwrap_or_default().to_owned();
    let life = format!("{how} in {year}, aged {}", years(born, died) as u32);
    Ok(json!({ "name": member.name, "life": life, "died": year }))
}
