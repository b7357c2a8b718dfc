//! The waiting list as it stands: registrations as columns that change in time.

use std::collections::HashMap;

use super::records::{Change, Donor, Input, Programme, Registrations, Urgency};
use super::relisting::repeat;
use super::scenario::Practice;
use super::setting::Geography;
use super::waiting::Waiting;
use crate::Abo;
use crate::rules::Quirks;
use crate::typing::{Determinants, Frequencies, Locus, Unacceptable};

/// Days of a year.
pub(crate) const YEAR: f64 = 365.25;

/// Days between two looks at who may take part in a programme.
const BETWEEN_LOOKS: f64 = 30.0;

/// What is known of somebody's being a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Child {
    Unknown,
    Yes,
    No,
}

/// Years since dialysis began; 0 before, and where it has not begun.
pub(crate) fn dialysis_years(dialysis: f64, now: f64) -> f64 {
    let years = (now - dialysis) / YEAR;
    if years > 0.0 { years } else { 0.0 }
}

/// What a ranking reads of a registration: together in one line of the processor's cache, since the order of a list is
/// not that of the rows.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Card {
    /// Antigens at A (broad), B (broad) and DR (split), for counting mismatches.
    pub(crate) antigens: [u64; 3],
    /// Dialysis began, in days from the start; not a number where it has not begun.
    pub(crate) dialysis: f64,
    /// Waiting time given back after an early loss, in years.
    pub(crate) returned: f64,
    /// In per cent.
    pub(crate) match_probability: f64,
    pub(crate) centre: u16,
    pub(crate) country: u8,
    pub(crate) abo: Abo,
    /// Loci with one antigen, of three.
    pub(crate) homozygous: u8,
    pub(crate) urgency: Urgency,
    pub(crate) child: Child,
    pub(crate) programme: Programme,
    pub(crate) screening: bool,
    pub(crate) acceptable_mismatch: bool,
    /// Whether the DR type is resolved.
    pub(crate) resolved: bool,
    /// May always take part in the general programme.
    always_etkas: bool,
    /// May take part in the general programme, as last looked at.
    etkas: bool,
    /// May take part in the Senior Programme, as last looked at.
    esp: bool,
}

const _: () = assert!(size_of::<Card>() == 64);

impl Card {
    /// A registration as at listing, but for its tissue type.
    fn new(all: &Registrations, row: usize, country: u8, always_etkas: bool) -> Self {
        Self {
            antigens: [0; 3],
            dialysis: all.dialysis[row].unwrap_or(f64::NAN),
            returned: all.returned[row],
            match_probability: 0.0,
            centre: all.centre[row],
            country,
            abo: all.abo[row],
            homozygous: 0,
            urgency: Urgency::NotTransplantable,
            child: Child::Unknown,
            programme: all.programme[row].unwrap_or(Programme::Etkas),
            screening: false,
            acceptable_mismatch: false,
            resolved: true,
            always_etkas,
            etkas: false,
            esp: false,
        }
    }

    /// The last screening for antibodies is valid.
    pub(crate) const SCREENING: u8 = 1;
    /// In the acceptable mismatch programme.
    pub(crate) const ACCEPTABLE_MISMATCH: u8 = 1 << 1;
    /// May take part in the general programme, as last looked at.
    pub(crate) const ETKAS: u8 = 1 << 2;
    /// May take part in the Senior Programme, as last looked at.
    pub(crate) const ESP: u8 = 1 << 3;
    /// A child for the rules.
    pub(crate) const CHILD: u8 = 1 << 4;
    /// Highly urgent.
    pub(crate) const HIGH: u8 = 1 << 5;

    /// What is true of the registration.
    pub(crate) fn flags(&self) -> u8 {
        let flags = [
            (Self::SCREENING, self.screening),
            (Self::ACCEPTABLE_MISMATCH, self.acceptable_mismatch),
            (Self::ETKAS, self.may_join(Programme::Etkas)),
            (Self::ESP, self.may_join(Programme::Esp)),
            (Self::CHILD, self.child == Child::Yes),
            (Self::HIGH, self.urgency == Urgency::High),
        ];
        let set = flags.map(|(flag, truth)| flag * u8::from(truth));
        set.iter().fold(0, |all, flag| all | flag)
    }

    /// Years since dialysis began; 0 before.
    pub(crate) fn dialysis_years(&self, now: f64) -> f64 {
        dialysis_years(self.dialysis, now)
    }

    /// Whether the recipient may take part in a programme, as last looked at.
    pub(crate) fn may_join(&self, programme: Programme) -> bool {
        match programme {
            Programme::Etkas => self.always_etkas | self.etkas,
            Programme::Esp => self.esp,
        }
    }
}

/// A time before all others, in days.
const ALWAYS: f64 = -1e10;

/// No profile, no unacceptable antigens.
pub(crate) const NONE: u32 = u32::MAX;

/// For each row the next one with the same recipient, the last leading back to the first.
fn rings(recipients: &[u32]) -> Vec<u32> {
    let mut next: Vec<u32> = (0..recipients.len() as u32).collect();
    let mut last: HashMap<u32, u32> = HashMap::new();
    for (row, recipient) in recipients.iter().enumerate() {
        if let Some(before) = last.insert(*recipient, row as u32) {
            next.swap(row, before as usize);
        }
    }
    next
}

/// Registrations as they stand.
#[derive(Debug, Clone)]
pub(crate) struct State<'a> {
    pub(crate) input: &'a Input,
    /// Those of the input, and then those that the run makes.
    pub(crate) registrations: Registrations,
    /// Unacceptable antigens that the run makes, numbered after those of the input.
    pub(crate) made: Vec<(Unacceptable, f64)>,
    /// By so much the number of a new registration is larger than that of the recipient's last one.
    stride: u32,
    pub(crate) geography: &'a Geography,
    determinants: &'a Determinants,
    frequencies: &'a Frequencies,
    pub(crate) cards: Vec<Card>,
    pub(crate) profile: Vec<u32>,
    pub(crate) typing: Vec<u32>,
    pub(crate) unacceptable: Vec<u32>,
    pub(crate) vpra: Vec<f64>,
    /// From when on another look at who may take part in the programmes could change something, in days.
    look_from: Vec<f64>,
    /// The next row of the same recipient, in a ring.
    next_of_recipient: Vec<u32>,
    germany: Option<u8>,
    /// The countries whose recipients the simulator offers kidneys of donors whose circulation had stopped: of its
    /// oddity, and not of the rules, which are the policy's.
    takes_circulatory: Vec<bool>,
    pub(crate) practice: &'a Practice,
    /// The countries whose regions count as near.
    pub(crate) has_regions: Vec<bool>,
    pub(crate) quirks: Quirks,
    /// Those who may be offered organs.
    pub(crate) waiting: Waiting,
}

impl<'a> State<'a> {
    /// Everybody as at listing. `end`: the end of the simulation in days.
    pub(crate) fn new(
        input: &'a Input,
        geography: &'a Geography,
        determinants: &'a Determinants,
        frequencies: &'a Frequencies,
        end: f64,
        practice: &'a Practice,
        quirks: Quirks,
    ) -> Self {
        let all: &Registrations = &input.registrations;
        let count = all.len();
        let germany = geography.country("Germany");
        let card = |row: usize| {
            let country = geography.places[usize::from(all.centre[row])].country;
            let always = Some(country) != germany || end < all.born[row] + practice.senior * YEAR;
            Card::new(all, row, country, always)
        };
        let mut state = Self {
            input,
            registrations: all.clone(),
            made: Vec::new(),
            stride: all
                .registration
                .iter()
                .max()
                .map_or(1, |most| most.wrapping_add(1)),
            geography,
            determinants,
            frequencies,
            cards: (0..count).map(card).collect(),
            profile: vec![NONE; count],
            typing: all.typing.clone(),
            unacceptable: vec![NONE; count],
            vpra: vec![0.0; count],
            look_from: vec![ALWAYS; count],
            next_of_recipient: rings(&all.recipient),
            germany,
            takes_circulatory: geography
                .countries
                .iter()
                .map(|name| matches!(name.as_str(), "Austria" | "Belgium" | "Netherlands"))
                .collect(),
            practice,
            has_regions: geography
                .countries
                .iter()
                .map(|name| practice.regions.contains(name))
                .collect(),
            quirks,
            waiting: Waiting::new(count, &geography.places),
        };
        for row in 0..count {
            state.typed(row);
        }
        state
    }

    /// Takes over the tissue type and the unacceptable antigens of a row.
    fn typed(&mut self, row: usize) {
        let typing = &self.input.typings[self.typing[row] as usize];
        let card = &mut self.cards[row];
        card.antigens = [
            typing.broads[Locus::A as usize],
            typing.broads[Locus::B as usize],
            typing.splits[Locus::Dr as usize],
        ];
        card.resolved = typing.is_resolved();
        card.homozygous = typing.homozygous_loci(self.quirks.homozygous_by_splits);
        let by_splits = self.quirks.mismatch_probability_by_splits;
        card.match_probability =
            self.frequencies
                .match_probability(typing, card.abo, self.vpra[row], by_splits);
    }

    pub(crate) fn determinants(&self) -> &'a Determinants {
        self.determinants
    }

    /// Applies a change.
    pub(crate) fn apply(&mut self, row: u32, change: Change) {
        let at = row as usize;
        match change {
            Change::Urgency(urgency) => return self.set_urgency(row, urgency),
            Change::Typing(typing) => {
                self.typing[at] = typing;
                self.typed(at);
            }
            Change::Unacceptable(unacceptable) => {
                self.unacceptable[at] = unacceptable;
                self.vpra[at] = self.input.unacceptable[unacceptable as usize].1;
                self.typed(at);
            }
            Change::Nothing => {}
            Change::Screening(valid) => self.cards[at].screening = valid,
            Change::Dialysis(then) => {
                self.cards[at].dialysis = then;
                self.cards[at].child = Child::Unknown;
            }
            Change::AcceptableMismatch(on) => {
                self.cards[at].acceptable_mismatch = on;
                self.forget_programmes(at);
            }
            Change::Programme(programme) => {
                self.cards[at].programme = programme;
                self.forget_programmes(at);
                self.look_from[at] = ALWAYS;
            }
            Change::Profile(profile) => {
                self.profile[at] = profile;
                self.forget_programmes(at);
            }
        }
        if change != Change::Nothing {
            self.changed(row);
        }
    }

    fn forget_programmes(&mut self, at: usize) {
        let card = &mut self.cards[at];
        card.etkas = false;
        card.esp = false;
        if !self.quirks.eligibility_pauses {
            self.look_from[at] = ALWAYS;
        }
    }

    /// The unacceptable antigens of a row, if it has any.
    pub(crate) fn unacceptable_of(&self, row: u32) -> Option<&Unacceptable> {
        let number = self.unacceptable[row as usize];
        if number == NONE {
            return None;
        }
        let read = &self.input.unacceptable;
        let (antigens, _) = match read.get(number as usize) {
            Some(known) => known,
            None => self.made.get(number as usize - read.len())?,
        };
        Some(antigens)
    }

    /// Adds a registration of the recipient of a row, not transplantable at first. `since`: days since the
    /// transplant; unacceptable antigens with the share of donors that have one.
    pub(crate) fn register(
        &mut self,
        row: u32,
        listed: f64,
        since: f64,
        dialysis: Option<f64>,
        unacceptable: (Unacceptable, f64),
    ) -> u32 {
        let (old, new) = (row as usize, self.cards.len());
        let before = self.cards[old];
        let all = &mut self.registrations;
        repeat(all, old, self.stride, listed, since, dialysis);
        all.typing[new] = self.typing[old];
        all.programme[new] = Some(before.programme);
        let card = Card::new(all, new, before.country, before.always_etkas);
        self.cards.push(card);
        self.profile.push(self.profile[old]);
        self.typing.push(self.typing[old]);
        self.vpra.push(unacceptable.1);
        if unacceptable.0.is_empty() {
            self.unacceptable.push(NONE);
        } else {
            let number = self.input.unacceptable.len() + self.made.len();
            self.unacceptable.push(number as u32);
            self.made.push(unacceptable);
        }
        self.look_from.push(ALWAYS);
        self.next_of_recipient.push(new as u32);
        self.next_of_recipient.swap(old, new);
        self.waiting.add();
        self.typed(new);
        new as u32
    }

    /// The other rows of the same recipient.
    pub(crate) fn others(&self, row: u32) -> impl Iterator<Item = u32> + use<'_, 'a> {
        let next = |at: u32| self.next_of_recipient[at as usize];
        std::iter::successors(Some(next(row)), move |at| Some(next(*at)))
            .take_while(move |at| *at != row)
    }

    /// Sets the urgency, and with it whether the row waits.
    pub(crate) fn set_urgency(&mut self, row: u32, urgency: Urgency) {
        let at = row as usize;
        self.cards[at].urgency = urgency;
        match (urgency.is_active(), self.waiting.waits(row)) {
            (true, false) => self.waiting.join(row, &self.cards),
            (false, true) => self.waiting.leave(row, &self.cards),
            _ => self.changed(row),
        }
    }

    /// Notes that a card has changed.
    fn changed(&mut self, row: u32) {
        if self.waiting.waits(row) {
            self.waiting.change(row, &self.cards);
        }
    }

    /// Age in years.
    pub(crate) fn age(&self, row: u32, now: f64) -> f64 {
        (now - self.registrations.born[row as usize]) / YEAR
    }

    /// What is looked at when a list touches candidates: those of a blood group, for a donor.
    pub(crate) fn look(&mut self, programme: Programme, donor: &Donor) {
        for row in self.waiting.due(donor.abo.index(), programme, donor.time) {
            let before = self.cards[row as usize].flags();
            let again = self.look_at(row, programme, donor);
            let changed = self.cards[row as usize].flags() != before;
            self.waiting
                .looked_at(row, programme, changed, again, &self.cards);
        }
    }

    /// Looks at a row, and says from when on it has to be looked at again.
    fn look_at(&mut self, row: u32, programme: Programme, donor: &Donor) -> f64 {
        let at = row as usize;
        match programme {
            Programme::Etkas => {
                self.look_at_age(row, donor.time);
                if !self.cards[at].always_etkas {
                    self.look_at_programmes(row, donor.time);
                }
                match self.cards[at] {
                    Card {
                        child: Child::Yes, ..
                    } => ALWAYS,
                    Card {
                        always_etkas: true, ..
                    } => f64::INFINITY,
                    _ => self.look_from[at],
                }
            }
            Programme::Esp => {
                let country = usize::from(self.cards[at].country);
                // The oddity: who cannot be given this kidney is not looked at, and may go on being held back.
                let passed_over = self.quirks.eligibility_pauses
                    && donor.is_circulatory()
                    && !self.takes_circulatory[country];
                if !passed_over {
                    self.look_at_programmes(row, donor.time);
                }
                self.look_from[at]
            }
        }
    }

    /// Whether the recipient is a child for the rules: no adult yet or, outside Germany, none when listed or when
    /// dialysis began. Who is no child once does not become one again, unless dialysis begins at another time.
    fn look_at_age(&mut self, row: u32, now: f64) {
        let at = row as usize;
        if self.cards[at].child == Child::No {
            return;
        }
        let all = &self.registrations;
        let german = self.germany == Some(self.cards[at].country);
        let adult = self.practice.adult;
        let then = if self.practice.child_by_dialysis {
            self.cards[at].dialysis
        } else {
            all.listed[at]
        };
        // Where dialysis has not begun there is no such time, and nothing is less than that.
        let was_child = (then - all.born[at]) / YEAR < adult;
        let child = self.age(row, now) < adult || (!german && was_child);
        self.cards[at].child = if child { Child::Yes } else { Child::No };
    }

    /// Looks, if it is time to, at whether the recipient may take part in the programmes.
    fn look_at_programmes(&mut self, row: u32, now: f64) {
        let at = row as usize;
        if now < self.look_from[at] {
            return;
        }
        let age = self.age(row, now);
        let senior = self.practice.senior;
        let extended = match self.profile[at] {
            NONE => false,
            profile => self.input.profiles[profile as usize].accepts(EXTENDED_ESP),
        };
        self.look_from[at] = if self.quirks.eligibility_pauses {
            now + BETWEEN_LOOKS
        } else if age < senior {
            // A day early, so that rounding decides nothing.
            self.registrations.born[at] + senior * YEAR - 1.0
        } else {
            f64::INFINITY
        };
        let card = &mut self.cards[at];
        card.etkas = age < senior || card.programme == Programme::Etkas;
        card.esp = age >= senior || extended;
    }
}

/// Places in [`super::records::PROFILE_FLAGS`].
pub(crate) const ESP: usize = 10;
pub(crate) const EXTENDED_ESP: usize = 11;
