//! Who waits, in parts of candidates who are alike in what is worth most: the programmes that are open to them, where
//! they wait, and how long they have been on dialysis. Of each part is known between what its candidates lie. How they
//! are put in parts changes no ranking, only how much of it need not be computed.

use std::cmp::Reverse;

use super::records::Programme;
use super::setting::Place;
use super::state::{Card, NONE, YEAR};
use crate::rules::Span;

/// Dialysis that began within so many days counts as begun at about the same time.
const BAND: f64 = 2.0 * YEAR;

/// Bands of time on dialysis: four before the start of a run, three from then on, and those who have not begun.
const BANDS: usize = 8;
const BANDS_BEFORE: f64 = 4.0;

/// By the programmes that are open to them: the general one, both, or another choice.
const CHOICES: usize = 3;

/// Parts of those who are not told apart by place: children and the highly urgent, and whoever no list is open to.
const APART: usize = 2;

const PROGRAMMES: usize = Programme::NAMES.len();

/// Candidates who are alike.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) rows: Vec<u32>,
    /// The flags that all have, and those that somebody has: see [`Card::flags`].
    all: u8,
    any: u8,
    /// The numbers of their countries and regions.
    pub(crate) country: Span,
    pub(crate) region: Span,
    /// Days from the start at which dialysis began; infinity for those who have not begun.
    pub(crate) dialysis: Span,
    /// Years of waiting given back.
    pub(crate) returned: Span,
    /// In per cent.
    pub(crate) match_probability: Span,
    /// Antigens that somebody has, as in [`Card::antigens`]; all at a locus where somebody's type is not resolved.
    pub(crate) antigens: [u64; 3],
    /// Changes since these were found.
    changes: usize,
    /// From when on somebody has to be looked at, for each programme, in days.
    look_from: [f64; PROGRAMMES],
}

impl Default for Part {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            all: u8::MAX,
            any: 0,
            country: Span::EMPTY,
            region: Span::EMPTY,
            dialysis: Span::EMPTY,
            returned: Span::EMPTY,
            match_probability: Span::EMPTY,
            antigens: [0; 3],
            changes: 0,
            look_from: [f64::INFINITY; PROGRAMMES],
        }
    }
}

impl Part {
    /// What is known of a flag of [`Card::flags`].
    pub(crate) fn flag(&self, flag: u8) -> Span {
        Span::flag(self.all & flag != 0, self.any & flag != 0)
    }

    /// Takes a candidate into what is known.
    fn widen(&mut self, card: &Card, places: &[Place]) {
        let begun = Some(card.dialysis).filter(|dialysis| !dialysis.is_nan());
        let region = places[usize::from(card.centre)].region;
        self.all &= card.flags();
        self.any |= card.flags();
        for (all, own) in self.antigens.iter_mut().zip(card.antigens) {
            *all |= own;
        }
        if !card.resolved {
            self.antigens[2] = u64::MAX;
        }
        for (span, value) in [
            (&mut self.country, f64::from(card.country)),
            (&mut self.region, f64::from(region)),
            (&mut self.dialysis, begun.unwrap_or(f64::INFINITY)),
            (&mut self.returned, card.returned),
            (&mut self.match_probability, card.match_probability),
        ] {
            *span = span.with(Span::of(value));
        }
    }

    /// Counts a change, and finds anew what is known once they are many.
    fn changed(&mut self, cards: &[Card], places: &[Place]) {
        self.changes += 1;
        if 4 * self.changes > self.rows.len() {
            let known = std::mem::take(self);
            for row in &known.rows {
                self.widen(&cards[*row as usize], places);
            }
            (self.rows, self.look_from) = (known.rows, known.look_from);
        }
    }
}

/// The part of a candidate.
fn part_of(card: &Card, place: Place) -> usize {
    let flags = card.flags();
    let has = |flag: u8| flags & flag != 0;
    if has(Card::CHILD | Card::HIGH) {
        return 0;
    }
    if has(Card::ACCEPTABLE_MISMATCH) || !has(Card::SCREENING) {
        return 1;
    }
    let choice = match (has(Card::ETKAS), has(Card::ESP)) {
        (true, false) => 0,
        (true, true) => 1,
        (false, _) => 2,
    };
    let band = (card.dialysis / BAND).floor() + BANDS_BEFORE;
    let last = (BANDS - 1) as f64;
    let band = if band < last { band.max(0.0) } else { last };
    APART + (usize::from(place.region) * BANDS + band as usize) * CHOICES + choice
}

/// Those of a blood group.
#[derive(Debug, Clone, Default)]
struct Group {
    parts: Vec<Part>,
    /// Rows that have changed since they were looked at, for each programme.
    changed: [Vec<u32>; PROGRAMMES],
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
struct Seat {
    part: u32,
    place: u32,
}

const NOWHERE: Seat = Seat {
    part: NONE,
    place: NONE,
};

/// Who waits, by blood group. Of the cards of rows, it is told whenever one changes.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    places: Vec<Place>,
    groups: [Group; 4],
    seats: Vec<Seat>,
    /// The order of those who wait: the smaller comes first.
    turns: Vec<u64>,
    last_turn: u64,
}

impl Waiting {
    /// Nobody waits, of so many rows; places of centres by number.
    pub(crate) fn new(rows: usize, places: &[Place]) -> Self {
        Self {
            places: places.to_vec(),
            groups: Default::default(),
            seats: vec![NOWHERE; rows],
            turns: vec![0; rows],
            last_turn: 0,
        }
    }

    /// One row more, who does not wait.
    pub(crate) fn add(&mut self) {
        self.seats.push(NOWHERE);
        self.turns.push(0);
    }

    pub(crate) fn waits(&self, row: u32) -> bool {
        self.seats[row as usize].part != NONE
    }

    /// The parts of a blood group with somebody.
    pub(crate) fn parts(&self, group: usize) -> impl Iterator<Item = &Part> {
        let parts = self.groups[group].parts.iter();
        parts.filter(|part| !part.rows.is_empty())
    }

    /// The place of a row in the order of those who wait: the smaller comes first.
    pub(crate) fn turn(&self, row: u32) -> u64 {
        self.turns[row as usize]
    }

    /// Puts a row on the list, behind the others.
    pub(crate) fn join(&mut self, row: u32, cards: &[Card]) {
        self.last_turn += 1;
        self.turns[row as usize] = self.last_turn;
        self.sit(row, cards);
        self.look_at(row, cards);
    }

    /// Takes a row off the list.
    pub(crate) fn leave(&mut self, row: u32, cards: &[Card]) {
        let seat = std::mem::replace(&mut self.seats[row as usize], NOWHERE);
        let group = &mut self.groups[cards[row as usize].abo.index()];
        let part = &mut group.parts[seat.part as usize];
        part.rows.swap_remove(seat.place as usize);
        if let Some(moved) = part.rows.get(seat.place as usize) {
            self.seats[*moved as usize].place = seat.place;
        }
        part.changed(cards, &self.places);
    }

    /// Notes that the card of a row on the list has changed.
    pub(crate) fn change(&mut self, row: u32, cards: &[Card]) {
        self.move_over(row, cards);
        self.look_at(row, cards);
    }

    fn sit(&mut self, row: u32, cards: &[Card]) {
        let card = &cards[row as usize];
        let number = part_of(card, self.places[usize::from(card.centre)]);
        let parts = &mut self.groups[card.abo.index()].parts;
        if parts.len() <= number {
            parts.resize_with(number + 1, Part::default);
        }
        let part = &mut parts[number];
        self.seats[row as usize] = Seat {
            part: number as u32,
            place: part.rows.len() as u32,
        };
        part.rows.push(row);
        part.widen(card, &self.places);
    }

    /// Moves a row whose card has changed to the part where it belongs, or takes the change into what is known.
    fn move_over(&mut self, row: u32, cards: &[Card]) {
        let card = &cards[row as usize];
        let before = self.seats[row as usize].part as usize;
        let parts = &mut self.groups[card.abo.index()].parts;
        if part_of(card, self.places[usize::from(card.centre)]) == before {
            parts[before].widen(card, &self.places);
            parts[before].changed(cards, &self.places);
        } else {
            let look_from = parts[before].look_from;
            self.leave(row, cards);
            self.sit(row, cards);
            for (from, other) in self.part(row, cards).look_from.iter_mut().zip(look_from) {
                *from = from.min(other);
            }
        }
    }

    fn part(&mut self, row: u32, cards: &[Card]) -> &mut Part {
        let part = self.seats[row as usize].part as usize;
        &mut self.groups[cards[row as usize].abo.index()].parts[part]
    }

    /// From now on the row has to be looked at.
    fn look_at(&mut self, row: u32, cards: &[Card]) {
        for changed in &mut self.groups[cards[row as usize].abo.index()].changed {
            changed.push(row);
        }
    }

    /// The rows of a blood group that have to be looked at for a programme.
    pub(crate) fn due(&mut self, group: usize, programme: Programme, now: f64) -> Vec<u32> {
        let programme = programme as usize;
        let group = &mut self.groups[group];
        let mut due = std::mem::take(&mut group.changed[programme]);
        due.retain(|row| self.seats[*row as usize].part != NONE);
        for part in &mut group.parts {
            if now >= part.look_from[programme] {
                part.look_from[programme] = f64::INFINITY;
                due.extend_from_slice(&part.rows);
            }
        }
        due
    }

    /// Notes that a row was looked at for a programme, whether that has changed its card, and from when on it has to
    /// be looked at again.
    pub(crate) fn looked_at(
        &mut self,
        row: u32,
        programme: Programme,
        changed: bool,
        again: f64,
        cards: &[Card],
    ) {
        if changed {
            self.move_over(row, cards);
        }
        let from = &mut self.part(row, cards).look_from[programme as usize];
        *from = from.min(again);
    }

    /// Orders every blood group by a score, the highest first; equals stay as they are.
    pub(crate) fn order_by(&mut self, score: impl Fn(u32) -> i64) {
        for group in 0..self.groups.len() {
            let rows = self.parts(group).flat_map(|part| &part.rows);
            let mut scored: Vec<(Reverse<i64>, u64, u32)> = rows
                .map(|row| (Reverse(score(*row)), self.turn(*row), *row))
                .collect();
            scored.sort_unstable();
            for (_, _, row) in scored {
                self.last_turn += 1;
                self.turns[row as usize] = self.last_turn;
            }
        }
    }
}
