//! Who waits, in parts of candidates who are alike in what is worth most: the place, the time on dialysis, and whether
//! they are children or highly urgent. Of each part is known between what its candidates lie.

use super::records::{Programme, Urgency};
use super::setting::Place;
use super::state::{Card, Child, NONE, YEAR};
use crate::rules::Span;

/// Dialysis that began within so many days counts as begun at about the same time.
const BAND: f64 = 2.0 * YEAR;

/// Bands of time on dialysis: four before the start of a run, three from then on, and those who have not begun.
const BANDS: usize = 8;
const BANDS_BEFORE: f64 = 4.0;

/// A part whose candidates wait in one region, or those of all regions who are children or highly urgent.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) rows: Vec<u32>,
    /// The region in which they wait; none: anywhere.
    pub(crate) region: Option<u16>,
    /// The numbers of their countries.
    pub(crate) country: Span,
    /// Days from the start at which dialysis began; infinity for those who have not begun.
    pub(crate) dialysis: Span,
    /// Years of waiting given back.
    pub(crate) returned: Span,
    /// In per cent.
    pub(crate) match_probability: Span,
    /// Changes since these were found.
    changes: usize,
    /// From when on somebody has to be looked at, for each programme, in days.
    pub(crate) look_from: [f64; Programme::NAMES.len()],
}

/// A time before all others, in days.
pub(crate) const ALWAYS: f64 = -1e10;

impl Part {
    fn new(region: Option<u16>) -> Self {
        Self {
            rows: Vec::new(),
            region,
            country: Span::EMPTY,
            dialysis: Span::EMPTY,
            returned: Span::EMPTY,
            match_probability: Span::EMPTY,
            changes: 0,
            look_from: [ALWAYS; Programme::NAMES.len()],
        }
    }

    /// Takes a candidate into what is known.
    fn widen(&mut self, card: &Card) {
        let begun = Some(card.dialysis).filter(|dialysis| !dialysis.is_nan());
        let dialysis = Span::of(begun.unwrap_or(f64::INFINITY));
        self.country = self.country.with(Span::of(f64::from(card.country)));
        self.dialysis = self.dialysis.with(dialysis);
        self.returned = self.returned.with(Span::of(card.returned));
        let probability = Span::of(card.match_probability);
        self.match_probability = self.match_probability.with(probability);
    }

    /// Counts a change, and finds anew what is known once they are many.
    fn changed(&mut self, cards: &[Card]) {
        self.changes += 1;
        if 4 * self.changes > self.rows.len() {
            let rows = std::mem::take(&mut self.rows);
            let look_from = self.look_from;
            *self = Self::new(self.region);
            for row in &rows {
                self.widen(&cards[*row as usize]);
            }
            (self.rows, self.look_from) = (rows, look_from);
        }
    }
}

/// Those of a blood group who wait.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waiting {
    /// Those of no one place, and then the bands of each region.
    parts: Vec<Part>,
}

/// Where a row stands, or `NONE`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat {
    part: u32,
    place: u32,
}

impl Seat {
    pub(crate) const NOWHERE: Self = Self {
        part: NONE,
        place: NONE,
    };

    pub(crate) fn is_somewhere(self) -> bool {
        self.part != NONE
    }
}

/// The part of a candidate.
fn part_of(card: &Card, place: Place) -> usize {
    if card.child == Child::Yes || card.urgency == Urgency::High {
        return 0;
    }
    let band = (card.dialysis / BAND).floor() + BANDS_BEFORE;
    let last = (BANDS - 1) as f64;
    let band = if band < last { band.max(0.0) } else { last };
    1 + usize::from(place.region) * BANDS + band as usize
}

impl Waiting {
    /// The parts with somebody.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| !part.rows.is_empty())
    }

    /// Calls `look` for each row of the parts in which somebody has to be looked at for a programme. It says from when
    /// on the row has to be looked at again.
    pub(crate) fn look(
        &mut self,
        programme: Programme,
        now: f64,
        mut look: impl FnMut(u32) -> f64,
    ) {
        for part in &mut self.parts {
            let from = &mut part.look_from[programme as usize];
            if now >= *from {
                let again = part.rows.iter().map(|row| look(*row));
                *from = again.fold(f64::INFINITY, f64::min);
            }
        }
    }

    /// Puts a row on the list.
    pub(crate) fn join(&mut self, row: u32, cards: &[Card], place: Place, seats: &mut [Seat]) {
        let card = &cards[row as usize];
        let number = part_of(card, place);
        for number in self.parts.len()..=number {
            let region = number.checked_sub(1).map(|number| number / BANDS);
            self.parts
                .push(Part::new(region.map(|region| region as u16)));
        }
        let part = &mut self.parts[number];
        seats[row as usize] = Seat {
            part: number as u32,
            place: part.rows.len() as u32,
        };
        part.rows.push(row);
        part.widen(card);
        part.look_from = [ALWAYS; Programme::NAMES.len()];
    }

    /// Takes a row off the list.
    pub(crate) fn leave(&mut self, row: u32, cards: &[Card], seats: &mut [Seat]) {
        let seat = std::mem::replace(&mut seats[row as usize], Seat::NOWHERE);
        let part = &mut self.parts[seat.part as usize];
        part.rows.swap_remove(seat.place as usize);
        if let Some(moved) = part.rows.get(seat.place as usize) {
            seats[*moved as usize].place = seat.place;
        }
        part.changed(cards);
    }

    /// Notes that the card of a row on the list has changed.
    pub(crate) fn change(&mut self, row: u32, cards: &[Card], place: Place, seats: &mut [Seat]) {
        let card = &cards[row as usize];
        let seat = seats[row as usize];
        if part_of(card, place) == seat.part as usize {
            let part = &mut self.parts[seat.part as usize];
            part.widen(card);
            part.look_from = [ALWAYS; Programme::NAMES.len()];
            part.changed(cards);
        } else {
            self.leave(row, cards, seats);
            self.join(row, cards, place, seats);
        }
    }
}
