//! How stories spread, who came to believe them, and how the deferral changed in passing.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::json;

use super::{Line, by_year};
use crate::chart::{Chart, Column, Kind};
use crate::input::{Run, Stories, date};
use crate::lexicon::{LexiconError, Speaker};
use crate::text::{fixed, plural};

/// The stories: their names in the tables and in the charts, and their colours.
const STORIES: [(&str, &str, &str); 4] = [
    ("originals", "Originals", "cottages"),
    ("deferral", "The deferral", "donor"),
    ("gallery", "The Gallery", "carer"),
    ("lost_corner", "The lost corner", "school"),
];

/// How many families of versions a reader can choose among.
const FAMILIES: usize = 5;

/// How many versions of a family are drawn, and more only where they are needed to reach one of these.
const VERSIONS: usize = 16;

/// Stories in a few numbers.
#[derive(Serialize)]
pub(crate) struct Numbers {
    told: f64,
    versions: usize,
    /// Versions of the deferral, and how often it arose without an author.
    deferral_versions: usize,
    deferral_origins: usize,
    /// The most versions between one of the deferral and where it began.
    deferral_depth: usize,
    /// How many came to believe in it, and how many of those who knew it learnt that it is not true.
    believed: f64,
    refuted: f64,
    /// Couples that asked for it, and that were refused; each has two records.
    asked: f64,
    refused: f64,
}

/// Counts them.
pub(super) fn numbers(run: &Run) -> Numbers {
    let (stories, counts) = (&run.stories, &run.counts);
    let deferral: Vec<usize> = stories.of("deferral").collect();
    let arose = |row: &&usize| stories.versions[**row].parent.is_none();
    Numbers {
        told: counts.total("told_story"),
        versions: stories.versions.len(),
        deferral_versions: deferral.len(),
        deferral_origins: deferral.iter().filter(arose).count(),
        deferral_depth: deferral
            .iter()
            .map(|row| ancestors(stories, *row).count() - 1)
            .max()
            .unwrap_or(0),
        believed: counts.total_of("came_to_believe", "deferral"),
        refuted: counts.total_of("story_refuted", "deferral"),
        asked: counts.total("petition_heard") / 2.0,
        refused: counts.total("petition_refused") / 2.0,
    }
}

/// Tellings, belief, new versions, and the descent of the deferral.
pub(super) fn charts(run: &Run, speaker: &Speaker) -> Result<Vec<Chart>, LexiconError> {
    let years = &run.series.years;
    let told = |(story, label, colour): (&'static str, &'static str, &'static str)| -> Line<'_> {
        let counts = run.counts.by_topic_and_year("told_story", story, years);
        (story, label, colour, counts.into_iter().map(Some).collect())
    };
    let new = |(story, label, colour): (&'static str, &'static str, &'static str)| -> Line<'_> {
        let mut counts = vec![0.0; years.len()];
        for row in run.stories.of(story) {
            let first = date(run.stories.versions[row].first_told);
            let year = first.get(..4).and_then(|year| year.parse().ok());
            if let Some(at) = year.and_then(|year: i32| years.binary_search(&year).ok()) {
                counts[at] += 1.0;
            }
        }
        (story, label, colour, counts.into_iter().map(Some).collect())
    };
    let belief = |event: &'static str, label: &'static str, colour: &'static str| -> Line<'_> {
        let counts = run.counts.by_topic_and_year(event, "deferral", years);
        (event, label, colour, counts.into_iter().map(Some).collect())
    };
    Ok(vec![
        by_year(
            run,
            "tellings",
            "tellings a year",
            STORIES.map(told).into(),
            json!({}),
        ),
        by_year(
            run,
            "new-versions",
            "new versions a year",
            STORIES.map(new).into(),
            json!({}),
        ),
        by_year(
            run,
            "belief",
            "people a year",
            vec![
                belief("came_to_believe", "Came to believe in it", "gained"),
                belief("came_to_doubt", "Came to doubt it", "cottages"),
                belief("story_refuted", "Learnt that it is not true", "lost"),
            ],
            json!({}),
        ),
        versions(&run.stories, speaker)?,
    ])
}

/// A version and those it descends from, the nearest first.
fn ancestors(stories: &Stories, row: usize) -> impl Iterator<Item = usize> + '_ {
    std::iter::successors(Some(row), |row| stories.versions[*row].parent)
}

/// The largest families of versions of the deferral: all that descend from one that arose by itself.
fn versions(stories: &Stories, speaker: &Speaker) -> Result<Chart, LexiconError> {
    let columns = vec![
        Column::new("family", "Family", 0),
        Column::new("version", "Version", 0),
        Column::new("parent", "Came from", 0),
        Column::new("change", "What changed", 0),
        Column::new("terms", "What it says", 0),
        Column::new("first_told", "First told", 0),
        Column::new("adopters", "Adopted by", 0),
        Column::new("holders", "Held at the end by", 0),
    ];
    // The number of a family's root, with its members.
    let mut families: Vec<Vec<usize>> = vec![Vec::new(); stories.versions.len()];
    for row in stories.of("deferral") {
        if let Some(root) = ancestors(stories, row).last() {
            families[root].push(row);
        }
    }
    families.retain(|family| !family.is_empty());
    let adopters = |family: &[usize]| -> u64 {
        let of = |row: &usize| u64::from(stories.versions[*row].adopters);
        family.iter().map(of).sum()
    };
    families.sort_by_key(|family| (std::cmp::Reverse(adopters(family)), family[0]));
    families.truncate(FAMILIES);
    let words = Words::of(speaker)?;
    let mut chart = Chart::new(
        "versions",
        Kind::Tree,
        columns,
        json!({ "choose": "Family" }),
    );
    for family in families {
        let first = stories.versions[family[0]].id;
        let name = format!(
            "from version {first}: {} {}, adopted by {}",
            family.len(),
            plural(Some(family.len() as f64), "version", "versions"),
            fixed(adopters(&family) as f64, 0)
        );
        for row in drawn(stories, &family) {
            let version = &stories.versions[row];
            let parent = version
                .parent
                .map(|parent| stories.versions[parent].id.to_string());
            chart.push(vec![
                name.as_str().into(),
                version.id.to_string().into(),
                parent.map_or("".into(), Into::into),
                words.change(stories, row).into(),
                words.terms(stories, row).join(", ").into(),
                date(version.first_told).into(),
                version.adopters.into(),
                version.holders.into(),
            ]);
        }
    }
    Ok(chart)
}

/// The members of a family that are drawn, each after the one it came from and before the next of the
/// same parent: those adopted most, and whoever stands between them and the root.
fn drawn(stories: &Stories, family: &[usize]) -> Vec<usize> {
    let mut largest = family.to_vec();
    largest.sort_by_key(|row| {
        let version = &stories.versions[*row];
        std::cmp::Reverse((version.adopters, version.holders))
    });
    let kept: BTreeSet<usize> = largest
        .into_iter()
        .take(VERSIONS)
        .flat_map(|row| ancestors(stories, row))
        .collect();
    let mut order = Vec::with_capacity(kept.len());
    let mut open: Vec<usize> = family.first().copied().into_iter().collect();
    while let Some(row) = open.pop() {
        order.push(row);
        // Numbers rise with the time of the first telling: the earliest child comes next.
        let children = kept.iter().rev();
        open.extend(children.filter(|child| stories.versions[**child].parent == Some(row)));
    }
    order
}

/// The terms of the deferral in words.
struct Words {
    operation: String,
}

impl Words {
    fn of(speaker: &Speaker) -> Result<Words, LexiconError> {
        let operation = speaker.label("V-03", "one")?;
        Ok(Words { operation })
    }

    /// The terms of a version, in the order of the table.
    fn terms(&self, stories: &Stories, row: usize) -> Vec<String> {
        let version = &stories.versions[row];
        let [claim, beneficiary, stage] = stories.terms(row);
        let claim = match claim {
            "art" => "art proves love",
            "words" => "saying so is enough",
            "history" => "a long history proves love",
            other => other,
        };
        let beneficiary = match beneficiary {
            "couples" => "for couples",
            "couples_from_humane_schools" => "for couples from humane schools",
            "anyone" => "for anyone",
            other => other,
        };
        let stage = match stage {
            "before_first" => format!("before the first {}", self.operation),
            "any" => "at any time".to_owned(),
            other => other.to_owned(),
        };
        let years = match version.length_years {
            Some(1) => "1 year".to_owned(),
            Some(years) => format!("{years} years"),
            None => String::new(),
        };
        let mut terms = vec![claim.to_owned(), beneficiary.to_owned(), stage, years];
        if version.proven {
            terms.push("it came true".to_owned());
        }
        terms
    }

    /// The terms in which a version differs from the one it came from; all of them of one that arose.
    fn change(&self, stories: &Stories, row: usize) -> String {
        let terms = self.terms(stories, row);
        let before = match stories.versions[row].parent {
            Some(parent) => self.terms(stories, parent),
            None => Vec::new(),
        };
        let changed: Vec<String> = terms
            .into_iter()
            .filter(|term| !before.contains(term))
            .collect();
        changed.join(", ")
    }
}
