//! What of a life is told, and how: alone, along with another record, together with the many of its
//! kind, or not.

use std::collections::{BTreeMap, BTreeSet};

use hailsham_engine::random::{PurposeStream, name_hash};
use hailsham_engine::time::{Epoch, Span, Time};

use super::dates;
use super::phases::Phase;
use super::sentences::{Entry, Sentences, Together, Within};
use crate::life::{Happening, Life, Role};

/// Records of one event in one role at one minute, with those that are told along with them.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) entry: &'a Entry,
    /// Which of the life's happenings, the first of them the one that is spoken of.
    pub(crate) rows: Vec<usize>,
    /// Records of other kinds that are told in the same sentence.
    pub(crate) with: Vec<usize>,
    pub(crate) at: Time,
    /// Whether it is the first of its kind in this life.
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
    /// Seen at an age at which nothing is noticed yet.
    pub(crate) is_unnoticed: bool,
}

/// The many of a kind, told together.
#[derive(Clone, Debug)]
pub(crate) struct Many<'a> {
    pub(crate) entry: &'a Entry,
    /// All records of the kind in the stretch (with the one other, where they are told by that).
    pub(crate) rows: Vec<usize>,
    pub(crate) with: Vec<usize>,
    /// The stretch: all rows lie in it.
    pub(crate) from: Time,
    pub(crate) until: Time,
    /// How much it has to say.
    pub(crate) score: f64,
}

/// One step of a chapter.
pub(crate) enum Step<'a> {
    One(Item<'a>),
    /// What a stretch was like, and the stretch.
    Background(Vec<Many<'a>>),
    Many(Many<'a>),
    /// What is left out: how many of which kind.
    Leftovers(Vec<(&'a Entry, Vec<usize>)>),
}

/// The steps of one chapter.
pub(crate) struct Plan<'a> {
    pub(crate) steps: Vec<Step<'a>>,
}

/// The longest stretch that is told at once, years.
const STRETCH: f64 = 6.5;
/// The same for members of staff, whose years are more alike.
const LONG_STRETCH: f64 = 15.0;
/// A chapter with fewer items than this is not cut into stretches.
const FEW: usize = 24;
/// How many kinds are told together of one stretch.
const IN_STRETCH: usize = 3;
/// The age from which what others do before one's eyes is told, years.
const NOTICING: f64 = 5.0;
/// What always gets a sentence of its own.
pub(crate) const TURNING_POINT: f32 = 0.85;
/// What is worth less than this is not told alone.
const LEAST: f64 = 0.35;
/// How fast the next of a kind becomes less worth telling.
const TIRING: f64 = 0.17;

/// Gathers the records of each minute, and what is told along with what.
pub(crate) fn items<'a>(sentences: &'a Sentences, life: &Life) -> (Vec<Item<'a>>, Vec<usize>) {
    let happenings = &life.happenings;
    let mut items: Vec<Item<'a>> = Vec::new();
    let mut unknown = Vec::new();
    let mut from = 0;
    while from < happenings.len() {
        let at = happenings[from].at;
        let length = happenings[from..]
            .iter()
            .take_while(|of| of.at == at)
            .count();
        gather(
            sentences,
            happenings,
            from..from + length,
            &mut items,
            &mut unknown,
        );
        from += length;
    }
    let mut seen: BTreeSet<(&str, Role)> = BTreeSet::new();
    let notices = life
        .person
        .born
        .map(|born| born + Span::from_years(NOTICING));
    absorb_of_day(happenings, &mut items);
    for item in &mut items {
        item.is_unnoticed =
            item.entry.role == Role::Present && notices.is_some_and(|from| item.at < from);
        if item.is_unnoticed {
            continue;
        }
        item.is_first = seen.insert((&item.entry.event, item.entry.role));
    }
    seen.clear();
    for item in items.iter_mut().rev() {
        item.is_last = seen.insert((&item.entry.event, item.entry.role));
    }
    (items, unknown)
}

/// The items of one minute.
fn gather<'a>(
    sentences: &'a Sentences,
    happenings: &[Happening],
    rows: std::ops::Range<usize>,
    items: &mut Vec<Item<'a>>,
    unknown: &mut Vec<usize>,
) {
    let at = happenings[rows.start].at;
    let mut here: Vec<Item<'a>> = Vec::new();
    for row in rows {
        let happening = &happenings[row];
        let Some(entry) = sentences.entry(&happening.event, happening.role) else {
            unknown.push(row);
            continue;
        };
        // What no form can tell together stays apart, even in one minute.
        let joins = |item: &&mut Item<'a>| {
            let of = &happenings[item.rows[0]];
            std::ptr::eq(item.entry, entry)
                && (!entry.many.is_empty()
                    || (of.other() == happening.other() && of.topic == happening.topic))
        };
        match here.iter_mut().find(joins) {
            Some(item) => item.rows.push(row),
            None => here.push(Item {
                entry,
                rows: vec![row],
                with: Vec::new(),
                at,
                is_first: false,
                is_last: false,
                is_unnoticed: false,
            }),
        }
    }
    if here.len() > 1 {
        absorb(happenings, &mut here);
    }
    items.append(&mut here);
}

/// Moves what is told along with something else of the same minute into it.
fn absorb(happenings: &[Happening], here: &mut Vec<Item<'_>>) {
    for taker in 0..here.len() {
        for given in 0..here.len() {
            take(happenings, here, taker, given);
        }
    }
    here.retain(|item| !item.rows.is_empty());
}

/// The same with what comes later on the same day, where that is asked for.
fn absorb_of_day(happenings: &[Happening], items: &mut Vec<Item<'_>>) {
    for taker in 0..items.len() {
        if items[taker].entry.within != Within::Day {
            continue;
        }
        let at = items[taker].at;
        for given in taker + 1..items.len() {
            if dates::days_between(at, items[given].at) > 0 {
                break;
            }
            take(happenings, items, taker, given);
        }
    }
    items.retain(|item| !item.rows.is_empty());
}

/// Moves the records of one item that another tells along into that.
///
/// They are those of the kinds that it asks for, and of the same other person, where it has one.
/// An item of which nothing is left has been told along, and takes nothing itself.
fn take(happenings: &[Happening], items: &mut [Item<'_>], taker: usize, given: usize) {
    let (entry, kind) = (items[taker].entry, items[given].entry);
    let is_wanted = given != taker
        && !items[taker].rows.is_empty()
        && entry
            .absorbs
            .iter()
            .any(|(event, role)| *event == kind.event && *role == kind.role);
    if !is_wanted {
        return;
    }
    let others: BTreeSet<_> = items[taker]
        .rows
        .iter()
        .filter_map(|row| happenings[*row].other())
        .collect();
    let fits = |row: &usize| {
        let other = happenings[*row].other();
        other.is_none_or(|other| others.is_empty() || others.contains(&other))
    };
    let rows = std::mem::take(&mut items[given].rows);
    let (mut along, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(fits);
    if rest.is_empty() {
        along.append(&mut items[given].with);
    }
    items[given].rows = rest;
    items[taker].with.append(&mut along);
}

/// How close each other person is to the person: 0 to 1, by how many records name both.
pub(crate) fn closeness(life: &Life) -> BTreeMap<u32, f64> {
    let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
    for happening in life.happenings.iter().filter(|of| of.event != "visited") {
        for other in [happening.who, happening.whom, happening.third]
            .into_iter()
            .flatten()
        {
            *counts.entry(other).or_default() += 1.0;
        }
    }
    counts.remove(&life.person.id);
    let most = counts
        .values()
        .fold(6.0, |most: f64, count| most.max(*count));
    for count in counts.values_mut() {
        *count /= most;
    }
    counts
}

/// How often each kind has been told so far, alone and together.
#[derive(Default)]
pub(crate) struct Tellings<'a> {
    alone: BTreeMap<(&'a str, Role), f64>,
    together: BTreeMap<(&'a str, Role), f64>,
}

/// Which of the many are told: of each stretch those with most to say, where another kind is better
/// than the same again, and where two lives do not choose alike.
fn keep<'a>(
    mut together: Vec<Many<'a>>,
    stretches: &[(Time, Time)],
    taste: PurposeStream,
    told: &mut Tellings<'a>,
) -> Vec<Many<'a>> {
    let most = if stretches.len() > 1 {
        IN_STRETCH
    } else {
        IN_STRETCH + 1
    };
    let (mut kept, mut choice): (Vec<_>, Vec<_>) = together
        .drain(..)
        .partition(|many| many.entry.together == Together::Other);
    for many in &mut choice {
        let kind = name_hash(&many.entry.event) as u32 ^ many.entry.role as u32;
        many.score *= 0.5 + taste.draw(kind).uniform();
    }
    let mut room: BTreeMap<Time, usize> = BTreeMap::new();
    while let Some((place, _)) = choice
        .iter()
        .enumerate()
        .map(|(place, many)| {
            let key = (many.entry.event.as_str(), many.entry.role);
            let again = told.together.get(&key).copied().unwrap_or_default();
            (place, many.score / (1.0 + again))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
    {
        let many = choice.swap_remove(place);
        let taken = room.entry(many.from).or_default();
        if *taken < most {
            *taken += 1;
            let key = (many.entry.event.as_str(), many.entry.role);
            *told.together.entry(key).or_default() += 1.0;
            kept.push(many);
        }
    }
    kept
}

/// Plans one chapter from its items.
pub(crate) fn chapter<'a>(
    life: &Life,
    epoch: Epoch,
    phase: &Phase,
    mut items: Vec<Item<'a>>,
    closeness: &BTreeMap<u32, f64>,
    taste: PurposeStream,
    told: &mut Tellings<'a>,
) -> Plan<'a> {
    let chosen = choose(life, &items, closeness, told);
    let stretches = stretches(epoch, phase, &items);
    let together = together(life, &items, &chosen, &stretches);
    let kept = keep(together, &stretches, taste, told);
    let covered: BTreeSet<usize> = kept
        .iter()
        .flat_map(|many| many.rows.iter().copied())
        .collect();
    let mut left: BTreeMap<(&str, Role), (&'a Entry, Vec<usize>)> = BTreeMap::new();
    let mut steps: Vec<(Time, u8, Step<'a>)> = Vec::new();
    for (number, item) in items.drain(..).enumerate() {
        if chosen[number] {
            steps.push((item.at, 1, Step::One(item)));
            continue;
        }
        let rest = item
            .rows
            .iter()
            .filter(|row| !covered.contains(row))
            .copied();
        let mut rest: Vec<usize> = rest.collect();
        if rest.len() == item.rows.len() {
            rest.extend(&item.with);
        }
        if !rest.is_empty() {
            let key = (item.entry.event.as_str(), item.entry.role);
            left.entry(key)
                .or_insert_with(|| (item.entry, Vec::new()))
                .1
                .append(&mut rest);
        }
    }
    let mut background: BTreeMap<Time, Vec<Many<'a>>> = BTreeMap::new();
    for many in kept {
        if many.entry.together == Together::Other {
            let at = many.rows.iter().map(|row| life.happenings[*row].at).max();
            steps.push((at.unwrap_or(many.until), 0, Step::Many(many)));
        } else {
            background.entry(many.from).or_default().push(many);
        }
    }
    for (from, many) in background {
        steps.push((from, 2, Step::Background(many)));
    }
    steps.sort_by_key(|(at, order, _)| (*at, *order));
    let mut steps: Vec<Step<'a>> = steps.into_iter().map(|(.., step)| step).collect();
    if !left.is_empty() {
        let mut left: Vec<_> = left.into_values().collect();
        left.sort_by_key(|(entry, rows)| {
            let things = rows
                .iter()
                .filter(|row| entry.is_of(&life.happenings[**row]));
            std::cmp::Reverse(things.count())
        });
        steps.push(Step::Leftovers(left));
    }
    Plan { steps }
}

/// Which items get a sentence of their own.
fn choose<'a>(
    life: &Life,
    items: &[Item<'a>],
    closeness: &BTreeMap<u32, f64>,
    told: &mut Tellings<'a>,
) -> Vec<bool> {
    let room = 5.0 + 1.5 * (items.len() as f64).sqrt();
    let mut chosen = vec![false; items.len()];
    let worth = |item: &Item<'_>| {
        let weight = f64::from(item.entry.weight);
        if weight == 0.0 || item.is_unnoticed {
            return 0.0;
        }
        let happening = &life.happenings[item.rows[0]];
        let close = happening.other().and_then(|other| closeness.get(&other));
        weight
            + if item.is_first { 0.2 } else { 0.0 }
            + if is_turning_point(life, item) {
                2.0
            } else {
                0.0
            }
            + 0.25 * close.copied().unwrap_or_default()
            + 0.04 * (item.rows.len() + item.with.len()).min(5) as f64
    };
    // The next of a kind is worth less, so the best of all kinds is taken again and again.
    let mut kinds: BTreeMap<(&'a str, Role), Vec<(f64, usize)>> = BTreeMap::new();
    for (number, item) in items.iter().enumerate() {
        let key = (item.entry.event.as_str(), item.entry.role);
        kinds.entry(key).or_default().push((worth(item), number));
    }
    for ranked in kinds.values_mut() {
        // The best last, and of equals the earliest.
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    }
    let mut count = 0.0;
    loop {
        let mut best: Option<(f64, (&'a str, Role))> = None;
        for (key, ranked) in &kinds {
            let Some((worth, number)) = ranked.last() else {
                continue;
            };
            let now = worth - tired(&items[*number], told);
            if best.is_none_or(|(most, _)| now > most) {
                best = Some((now, *key));
            }
        }
        let Some((now, key)) = best else { break };
        let Some((_, number)) = kinds.get_mut(&key).and_then(Vec::pop) else {
            break;
        };
        let is_turning_point = is_turning_point(life, &items[number]);
        if !is_turning_point && (count >= room || now < LEAST) {
            break;
        }
        chosen[number] = true;
        count += if is_turning_point { 0.5 } else { 1.0 };
        *told.alone.entry(key).or_default() += 1.0;
    }
    chosen
}

fn is_turning_point(life: &Life, item: &Item<'_>) -> bool {
    item.entry.weight >= TURNING_POINT
        || (life.happenings[item.rows[0]].pinned && item.entry.weight > 0.0)
}

/// How much less the next of a kind is worth.
fn tired<'a>(item: &Item<'a>, told: &Tellings<'a>) -> f64 {
    let key = (item.entry.event.as_str(), item.entry.role);
    TIRING * told.alone.get(&key).copied().unwrap_or_default().min(8.0)
}

/// The stretches of a chapter: whole calendar years, but for its own beginning and end.
fn stretches(epoch: Epoch, phase: &Phase, items: &[Item<'_>]) -> Vec<(Time, Time)> {
    let first = items
        .iter()
        .filter(|item| {
            !item.is_unnoticed
                && item.entry.together == Together::Stretch
                && !item.entry.many.is_empty()
        })
        .map(|item| item.at)
        .min();
    let years = first.map_or(0.0, |first| (phase.until - first).years());
    let longest = if phase.kind == "post" {
        LONG_STRETCH
    } else {
        STRETCH
    };
    if items.len() < FEW || years <= longest {
        return vec![(phase.from, phase.until)];
    }
    let pieces = (years / longest).ceil();
    let first_year = epoch.year_of(first.unwrap_or(phase.from));
    let mut bounds = vec![phase.from.max(epoch.start_of_year(first_year))];
    for piece in 1..pieces as i16 {
        let year = f64::from(first_year) + f64::from(piece) * years / pieces;
        bounds.push(epoch.start_of_year(year.round() as i16));
    }
    bounds.push(phase.until);
    bounds.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The many of each kind, where more than one of them is not told alone.
fn together<'a>(
    life: &Life,
    items: &[Item<'a>],
    chosen: &[bool],
    stretches: &[(Time, Time)],
) -> Vec<Many<'a>> {
    type Key<'k> = (&'k str, Role, usize, Option<u32>);
    let mut groups: BTreeMap<Key<'a>, (Many<'a>, usize)> = BTreeMap::new();
    for (number, item) in items.iter().enumerate() {
        if item.entry.many.is_empty() || item.is_unnoticed {
            continue;
        }
        for row in &item.rows {
            let happening = &life.happenings[*row];
            let (stretch, other) = match item.entry.together {
                Together::Other => (0, happening.other()),
                Together::Stretch => {
                    let stretch = stretches.partition_point(|(from, _)| *from <= item.at);
                    (stretch.saturating_sub(1), None)
                }
            };
            let (from, until) = match item.entry.together {
                Together::Stretch => stretches[stretch],
                Together::Other => (item.at, item.at),
            };
            let key = (item.entry.event.as_str(), item.entry.role, stretch, other);
            let (many, untold) = groups.entry(key).or_insert_with(|| {
                let many = Many {
                    entry: item.entry,
                    rows: Vec::new(),
                    with: Vec::new(),
                    from,
                    until,
                    score: 0.0,
                };
                (many, 0)
            });
            many.rows.push(*row);
            if *row == item.rows[0] {
                many.with.extend(&item.with);
            }
            if item.entry.together == Together::Other {
                many.until = item.at;
            }
            *untold += usize::from(!chosen[number]);
        }
    }
    let worth = |(mut many, untold): (Many<'a>, usize)| {
        let is_worth =
            many.rows.len() >= 2 && untold >= 1 && (untold >= 2 || untold * 2 >= many.rows.len());
        many.score = (0.3 + f64::from(many.entry.weight)) * (1.0 + untold as f64).ln();
        is_worth.then_some(many)
    };
    groups.into_values().filter_map(worth).collect()
}
