//! A life told from memory: the person's own voice, doubt where there is doubt, holes admitted.
//!
//! The same sentences as for what happened, with what the account gives: in the order in which it
//! comes, dated as finely as it is remembered, with whoever and wherever it is remembered to have
//! been. Where that is not what the log has, the sentence carries what the log has beside it.

use std::collections::{BTreeMap, BTreeSet};

use hailsham_engine::time::Time;
use hailsham_memory::{Account, Dated, Departure, Recollection};

use super::content::{Aspect, Content, Grain, Known};
use super::phases::{self, Phase};
use super::plan::{self, Item};
use super::reference::Cast;
use super::sentences::{Entry, Sentences, Together};
use super::telling::{Chapter, Claim, Dating, Said, Told, Voice};
use super::writer::Writer;
use super::{PARAGRAPH, Telling, dates, heading, numbers, reference, title};
use crate::Remembrance;
use crate::lexicon::Words;
use crate::life::{Happening, Life, Role};
use crate::run::Run;

/// How much less the next of a kind is worth telling.
const TIRING: f64 = 0.2;

/// What comes of one moment.
struct Piece<'a> {
    entry: &'a Entry,
    /// The recollection of the first of its rows.
    first: usize,
    /// Of which moment it is.
    item: usize,
    /// Whether it is the first of its kind in this life.
    is_first: bool,
    rows: Vec<usize>,
    with: Vec<usize>,
    /// What has run into it.
    merged: Vec<usize>,
}

/// Tells a life as the person would tell it at a time, from an account made for that time.
pub fn remembered(
    run: &Run,
    life: &Life,
    sentences: &Sentences,
    remembrance: &Remembrance,
    account: &Account,
    at: Time,
    words: Words,
) -> Telling {
    let cast = Cast {
        run,
        life,
        sentences,
        voice: Voice::First,
    };
    let (items, _) = plan::items(sentences, life);
    let pieces = pieces(sentences, life, remembrance, account, &items);
    let phases = phases::phases(life);
    let phase_at = |time: Time| {
        let after = phases.partition_point(|phase| phase.from <= time);
        after.saturating_sub(1)
    };
    let mut by_phase: Vec<Vec<Piece<'_>>> = phases.iter().map(|_| Vec::new()).collect();
    let mut reached = 0;
    for piece in pieces {
        let told = &account.recollections[piece.first];
        let phase = phase_at(told.told_at_time);
        reached = reached.max(phase);
        // What was held back comes late, in the midst of other things.
        by_phase[if told.surfaced { reached } else { phase }].push(piece);
    }
    let mut teller = Teller {
        writer: Writer::new(cast, words),
        remembrance,
        account,
        items,
        at,
        told: BTreeMap::new(),
        sentences: Vec::new(),
        in_paragraph: 0,
    };
    let mut chapters = Vec::new();
    for (number, (phase, pieces)) in phases.iter().zip(by_phase).enumerate() {
        if phase.from > at {
            break;
        }
        if number == 0 {
            teller.frame("opening_remembered", at, at, at);
        }
        teller.chapter(phase, pieces);
        chapters.push(Chapter {
            title: title(cast, words, phase, number, phase.until.min(at)),
            from: phase.from,
            until: phase.until.min(at),
            sentences: std::mem::take(&mut teller.sentences),
        });
    }
    Telling {
        person: life.person.id,
        name: heading(&life.person),
        kind: life.person.kind.clone(),
        sex: life.person.sex,
        voice: Voice::First,
        words,
        told_at: Some(run.epoch.iso(at)),
        chapters,
    }
}

/// What comes, in the order in which it comes, with what belongs to the same moment.
fn pieces<'a>(
    sentences: &'a Sentences,
    life: &Life,
    remembrance: &Remembrance,
    account: &Account,
    items: &[Item<'a>],
) -> Vec<Piece<'a>> {
    let mut item_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, item) in items.iter().enumerate() {
        item_of.extend(item.rows.iter().chain(&item.with).map(|row| (*row, number)));
    }
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let mut piece_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (first, told) in account.recollections.iter().enumerate() {
        let row = remembrance.happenings[told.experience];
        let Some(number) = item_of.get(&row) else {
            continue;
        };
        let item = &items[*number];
        let place = *piece_of.entry(*number).or_insert_with(|| {
            pieces.push(Piece {
                entry: item.entry,
                first,
                item: *number,
                is_first: item.is_first,
                rows: Vec::new(),
                with: Vec::new(),
                merged: Vec::new(),
            });
            pieces.len() - 1
        });
        let piece = &mut pieces[place];
        if item.rows.contains(&row) {
            if piece.rows.is_empty() {
                piece.first = first;
            }
            piece.rows.push(row);
        } else {
            piece.with.push(row);
        }
        let merged = told.merged.iter().map(|of| remembrance.happenings[*of]);
        piece.merged.extend(merged);
    }
    // Of some moments only what went along with something else comes back.
    for piece in pieces.iter_mut().filter(|piece| piece.rows.is_empty()) {
        let Some(row) = piece.with.first() else {
            continue;
        };
        let happening = &life.happenings[*row];
        if let Some(entry) = sentences.entry(&happening.event, happening.role) {
            piece.entry = entry;
            piece.is_first = is_first(life, *row);
            let is_same = |row: &usize| {
                let of = &life.happenings[*row];
                (of.event.as_str(), of.role) == (entry.event.as_str(), entry.role)
            };
            (piece.rows, piece.with) = piece.with.iter().copied().partition(is_same);
        }
    }
    pieces.retain(|piece| !piece.rows.is_empty());
    pieces
}

/// Whether a happening is the first of its kind in a life.
fn is_first(life: &Life, row: usize) -> bool {
    let (before, rest) = life.happenings.split_at(row);
    let is_same = |of: &Happening| (&of.event, of.role) == (&rest[0].event, rest[0].role);
    !before.iter().any(is_same)
}

/// Somebody telling.
struct Teller<'a> {
    writer: Writer<'a>,
    remembrance: &'a Remembrance,
    account: &'a Account,
    /// Everything that the log has of the life, moment by moment.
    items: Vec<Item<'a>>,
    at: Time,
    told: BTreeMap<(&'a str, Role), f64>,
    sentences: Vec<Told>,
    in_paragraph: usize,
}

impl<'a> Teller<'a> {
    fn life(&self) -> &'a Life {
        self.writer.cast.life
    }

    fn say(&mut self, content: &Content<'_>) {
        if let Some(told) = self.writer.write(content) {
            self.in_paragraph += 1;
            self.sentences.push(told);
        }
    }

    fn paragraph(&mut self) {
        self.writer.paragraph();
        self.in_paragraph = 0;
    }

    fn frame(&mut self, name: &str, at: Time, from: Time, until: Time) {
        let Some(forms) = self.writer.cast.sentences.frame.get(name) else {
            return;
        };
        let mut content = Content::frame(forms, at);
        (content.from, content.until) = (from, until);
        self.say(&content);
    }

    fn chapter(&mut self, phase: &Phase, pieces: Vec<Piece<'a>>) {
        self.paragraph();
        let until = phase.until.min(self.at);
        let mut gaps: Vec<_> = self
            .account
            .gaps
            .iter()
            .filter(|gap| phase.from <= gap.from && gap.from < until)
            .collect();
        gaps.reverse();
        if pieces.is_empty() && gaps.is_empty() {
            self.frame("nothing", until, phase.from, until);
        }
        let chosen = self.choose(&pieces);
        let (alone, small) = split(pieces, &chosen);
        let (together, rest) = self.together(small, &alone);
        for piece in alone {
            let told_time = self.account.recollections[piece.first].told_at_time;
            while gaps.last().is_some_and(|gap| gap.from <= told_time) {
                if let Some(gap) = gaps.pop() {
                    let is_early = self.sentences.iter().all(|told| told.rows.is_empty());
                    let name = if is_early { "gap_early" } else { "gap" };
                    self.frame(name, gap.from, gap.from, gap.until);
                }
            }
            if self.in_paragraph >= PARAGRAPH {
                self.paragraph();
            }
            self.piece(&piece, phase);
        }
        while let Some(gap) = gaps.pop() {
            self.frame("gap", gap.from, gap.from, gap.until);
        }
        if !together.is_empty() {
            self.paragraph();
        }
        for (number, many) in together.iter().enumerate() {
            self.many(many, phase, number > 0);
        }
        if !rest.is_empty() {
            self.frame("rest", until, phase.from, until);
            let life = self.life();
            if let Some(last) = self.sentences.last_mut() {
                last.rows = rest.iter().map(|row| life.happenings[*row].row).collect();
            }
        }
        let (life, remembrance) = (self.life(), self.remembrance);
        let withheld = self.account.withheld.iter();
        let withheld = withheld.map(|of| &life.happenings[remembrance.happenings[*of]]);
        let withheld: Vec<_> = withheld
            .filter(|of| phase.from <= of.at && of.at < until)
            .collect();
        if !withheld.is_empty() {
            let count = withheld.len() as i64;
            self.frame("withheld", until, phase.from, until);
            if let Some(last) = self.sentences.last_mut() {
                last.rows = withheld.iter().map(|of| of.row).collect();
                let things = numbers::counted(count, "one thing", "things");
                last.departs = vec![format!("the log: {things} that hurt")];
            }
        }
    }

    /// Which pieces get a sentence of their own.
    fn choose(&mut self, pieces: &[Piece<'a>]) -> Vec<bool> {
        let room = 4.0 + 1.7 * (pieces.len() as f64).sqrt();
        let mut ranked: Vec<(f64, usize)> = pieces
            .iter()
            .enumerate()
            .map(|(number, piece)| {
                let told = &self.account.recollections[piece.first];
                let salience = f64::from(piece.entry.profile.salience);
                let weight = f64::from(piece.entry.weight);
                // What departs from the log is worth hearing, and so is what was held back.
                let is_odd = !told.departures.is_empty() || told.surfaced;
                let worth =
                    weight + 0.5 * salience + 0.2 * told.detail + if is_odd { 0.15 } else { 0.0 };
                (if weight > 0.0 { worth } else { 0.0 }, number)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut chosen = vec![false; pieces.len()];
        let mut count = 0.0;
        for (worth, number) in ranked {
            let entry = pieces[number].entry;
            let times = self.told.entry((&entry.event, entry.role)).or_default();
            let is_turning_point = entry.weight >= plan::TURNING_POINT;
            if worth > 0.0 && (is_turning_point || (count < room && worth - TIRING * *times > 0.3))
            {
                *times += 1.0;
                count += 1.0;
                chosen[number] = true;
            }
        }
        chosen
    }

    /// The small things by kind, where there are several of one, and the rows of the rest.
    fn together(&self, small: Vec<Piece<'a>>, alone: &[Piece<'a>]) -> (Vec<Piece<'a>>, Vec<usize>) {
        let mut kinds: BTreeMap<Kind<'a>, Piece<'a>> = BTreeMap::new();
        for mut piece in small {
            match kinds.get_mut(&self.kind(&piece)) {
                Some(many) => {
                    many.rows.append(&mut piece.rows);
                    many.with.append(&mut piece.with);
                    many.merged.append(&mut piece.merged);
                }
                None => {
                    kinds.insert(self.kind(&piece), piece);
                }
            }
        }
        let is_many = |many: &Piece<'_>| many.rows.len() > 1 && !many.entry.many.is_empty();
        let (mut many, few): (Vec<_>, Vec<_>) = kinds.into_values().partition(is_many);
        many.sort_by_key(|many| std::cmp::Reverse(many.rows.len()));
        let shown = many.len().min(PARAGRAPH);
        let dropped = many.split_off(shown);
        many.sort_by_key(|many| many.first);
        for many in &mut many {
            self.count(many, alone);
        }
        let rest = few.into_iter().chain(dropped);
        let rest = rest.flat_map(|piece| [piece.rows, piece.with, piece.merged].concat());
        (many, rest.collect())
    }

    fn piece(&mut self, piece: &Piece<'a>, phase: &Phase) {
        let told = &self.account.recollections[piece.first];
        let happening = &self.life().happenings[piece.rows[0]];
        let mut other = standing(happening.other(), told.other);
        let is_stranger = self.remembrance.is_stranger(told.experience, self.at);
        if other == Known::Forgotten && piece.entry.weight >= plan::TURNING_POINT && !is_stranger {
            // Nobody forgets with whom the great things were: only the account's errors are told.
            other = Known::Known;
        }
        let aspect = Aspect {
            grain: grain(told.dated),
            told_time: Some(told.told_at_time),
            other,
            place: standing(happening.place, told.place),
            is_remembered: true,
            is_late: told.surfaced,
            hedge: told.hedged.then_some(1.0 - told.certainty),
        };
        // With one of several others mistaken, the rest of them are not spoken of.
        let rows = if other == Known::Known {
            &piece.rows[..]
        } else {
            &piece.rows[..1]
        };
        let mut content = Content {
            entry: Some(piece.entry),
            rows,
            with: &piece.with,
            home: phase.home,
            aspect,
            is_first: piece.is_first,
            is_last: false,
            is_whole: false,
            ..Content::frame(&piece.entry.one, told.told_at_time)
        };
        content.from = told.told_at_time;
        let before = self.sentences.len();
        self.say(&content);
        if self.sentences.len() == before {
            return;
        }
        let departs = match self.sentences.last() {
            Some(sentence) => self.departs(told, piece, sentence, phase),
            None => Vec::new(),
        };
        let (at, epoch) = (happening.at, self.writer.cast.run.epoch);
        let life = self.life();
        if let Some(last) = self.sentences.last_mut() {
            last.at = at;
            last.date = epoch.iso(at);
            last.age = life.person.born.map(|born| dates::age(epoch, born, at));
            last.certainty = Some(told.certainty as f32);
            last.departs = departs;
            let rows = piece.rows.iter().chain(&piece.with).chain(&piece.merged);
            last.rows = rows.map(|row| life.happenings[*row].row).collect();
            last.rows.sort_unstable();
            last.rows.dedup();
        }
    }

    /// What it is told together with: the many of a kind, or of a kind with one other.
    fn kind(&self, piece: &Piece<'a>) -> Kind<'a> {
        self.kind_of(piece.entry, piece.rows[0])
    }

    fn kind_of(&self, entry: &'a Entry, row: usize) -> Kind<'a> {
        let other = self.life().happenings[row].other();
        let by_other = entry.together == Together::Other;
        (entry.event.as_str(), entry.role, other.filter(|_| by_other))
    }

    /// Counts among the many of a kind those that are told alone in this chapter, and those that have run into one
    /// another: whoever says how often it was counts all that is remembered.
    fn count(&self, many: &mut Piece<'a>, alone: &[Piece<'a>]) {
        let kind = self.kind(many);
        for piece in alone.iter().filter(|piece| self.kind(piece) == kind) {
            many.rows.extend(&piece.rows);
            many.with.extend(&piece.with);
            many.merged.extend(&piece.merged);
        }
        let is_same = |row: &usize| {
            let of = &self.life().happenings[*row];
            (of.event.as_str(), of.role) == (kind.0, kind.1)
        };
        let merged = std::mem::take(&mut many.merged);
        many.rows.extend(merged.into_iter().filter(is_same));
        for rows in [&mut many.rows, &mut many.with] {
            rows.sort_unstable();
            rows.dedup();
        }
    }

    /// What the log has of a kind in some moments: the rows, and what belongs to the same moments.
    fn log(&self, is_meant: impl Fn(&Item<'a>) -> bool, kind: Kind<'a>) -> Log {
        let (mut rows, mut with) = (Vec::new(), Vec::new());
        for item in self.items.iter().filter(|item| is_meant(item)) {
            let all = item.rows.iter().chain(&item.with);
            let is_same = |row: &&usize| {
                let of = &self.life().happenings[**row];
                let entry = self.writer.cast.sentences.entry(&of.event, of.role);
                entry.is_some_and(|entry| self.kind_of(entry, **row) == kind)
            };
            let (same, rest): (Vec<usize>, Vec<usize>) = all.partition(|row| is_same(row));
            if !same.is_empty() {
                rows.extend(same);
                with.extend(rest);
            }
        }
        Log { rows, with }
    }

    /// Where a sentence counts otherwise than the log does.
    fn counts(&self, sentence: &Told, told: &[usize], log: &Log) -> Vec<String> {
        let life = self.life();
        let people = |rows: &[usize]| {
            let others = rows.iter().filter_map(|row| life.happenings[*row].other());
            let others: BTreeSet<u32> = others.filter(|id| *id != life.person.id).collect();
            others.len() as i64
        };
        let those = |is: &dyn Fn(&Happening) -> bool| {
            let all = log.rows.iter().chain(&log.with);
            all.filter(|row| is(&life.happenings[**row])).count() as i64
        };
        let mut found = Vec::new();
        for said in &sentence.says {
            let Claim::Number { number, of } = &said.claim else {
                continue;
            };
            let (told, was) = match of.as_str() {
                "records" => (*number, log.rows.len() as i64),
                "people" | "people_rest" => (people(told), people(&log.rows)),
                of if of.starts_with("topic ") => {
                    let topic = of.strip_prefix("topic ");
                    (*number, those(&|of| of.topic.as_deref() == topic))
                }
                of if self.is_event(of) => (*number, those(&|one| one.event == of)),
                // What a record itself says is as it was.
                _ => continue,
            };
            if told != was {
                found.push(match of.as_str() {
                    "records" => numbers::times(was),
                    "people" | "people_rest" => numbers::counted(was, "one person", "people"),
                    _ => numbers::cardinal(was),
                });
            }
        }
        found.dedup();
        found
    }

    fn is_event(&self, name: &str) -> bool {
        self.life().happenings.iter().any(|of| of.event == name)
    }

    fn many(&mut self, many: &Piece<'a>, phase: &Phase, is_period_said: bool) {
        let life = self.life();
        let times = || many.rows.iter().map(|row| life.happenings[*row].at);
        let (from, until) = (times().min(), times().max());
        let content = Content {
            entry: Some(many.entry),
            rows: &many.rows,
            with: &many.with,
            from: phase.from,
            until: phase.until.min(self.at),
            is_many: true,
            is_period_said,
            is_first: false,
            is_last: false,
            home: phase.home,
            aspect: Aspect {
                is_remembered: true,
                ..Aspect::default()
            },
            ..Content::frame(&many.entry.many, until.or(from).unwrap_or(phase.until))
        };
        let before = self.sentences.len();
        self.say(&content);
        if self.sentences.len() == before {
            return;
        }
        let period = phase.from..phase.until.min(self.at);
        let kind = self.kind(many);
        let log = self.log(|item| period.contains(&item.at), kind);
        let mut found = match self.sentences.last() {
            Some(sentence) => self.counts(sentence, &many.rows, &log),
            None => Vec::new(),
        };
        let is_outside = |row: &usize| !period.contains(&life.happenings[*row].at);
        if many.rows.iter().any(is_outside) {
            let none = many.rows.iter().all(is_outside);
            found.push(
                if none {
                    "it was not then"
                } else {
                    "not all of it was then"
                }
                .to_owned(),
            );
        }
        if let Some(last) = self.sentences.last_mut() {
            last.departs = marked(&found);
        }
    }

    /// What the log has, where what the sentence says departs from it.
    fn departs(
        &self,
        told: &Recollection,
        piece: &Piece<'a>,
        sentence: &Told,
        phase: &Phase,
    ) -> Vec<String> {
        let (cast, life) = (self.writer.cast, self.life());
        let happening = &life.happenings[piece.rows[0]];
        let mut found = Vec::new();
        if self.is_time_wrong(told, happening, sentence, phase) {
            found.push(dates::day(cast.run.epoch, happening.at));
        }
        found.extend(self.person(happening, sentence));
        found.extend(self.place(happening, piece, sentence));
        let moment = &self.items[piece.item];
        let kind = self.kind(piece);
        let log = self.log(|item| std::ptr::eq(item, moment), kind);
        found.extend(self.counts(sentence, &piece.rows, &log));
        for departure in &told.departures {
            match departure {
                Departure::Merged { with } => {
                    let times = numbers::counted(with.len() as i64 + 1, "one time", "times");
                    found.push(format!("{times} run into one"));
                }
                Departure::Idealised { by } if told.valence > 0.0 => {
                    found.push(better(told.valence - by).to_owned());
                }
                _ => {}
            }
        }
        marked(&found)
    }

    /// Whether it was at another time than is said: not in that day, month, season or year, at another age, or in
    /// another chapter of the life.
    fn is_time_wrong(
        &self,
        told: &Recollection,
        happening: &Happening,
        sentence: &Told,
        phase: &Phase,
    ) -> bool {
        let (epoch, life) = (self.writer.cast.run.epoch, self.life());
        let age = |id: u32, at: Time| {
            let person = life.people.get(&id).unwrap_or(&life.person);
            person.born.map(|born| dates::age(epoch, born, at))
        };
        let is_wrong = |said: &Said| match said.claim {
            Claim::Time { of, how } => {
                let is_same = how
                    .dated()
                    .and_then(|dated| dated.is_same(epoch, of, happening.at));
                let own = life.person.id;
                let is_aged = how == Dating::Age;
                is_same == Some(false) || (is_aged && age(own, of) != age(own, happening.at))
            }
            Claim::Age { person, years, .. } => age(person, happening.at) != Some(years),
            _ => false,
        };
        // What was held back is told in the midst of other things, whenever it was.
        let is_here = told.surfaced || (phase.from..phase.until).contains(&happening.at);
        !is_here || sentence.says.iter().any(is_wrong)
    }

    /// Who it was, where the sentence names another.
    fn person(&self, happening: &Happening, sentence: &Told) -> Option<String> {
        let (cast, life) = (self.writer.cast, self.life());
        // Whoever else was there at that moment is named rightly.
        let there = life.happenings.iter().filter(|of| of.at == happening.at);
        let concerned = there.flat_map(|of| [of.who, of.whom, of.third]);
        let concerned: BTreeSet<u32> = concerned.flatten().collect();
        let told = sentence.says.iter().find_map(|said| match said.claim {
            Claim::Person { person, .. } if person != life.person.id => {
                Some(person).filter(|person| !concerned.contains(person))
            }
            _ => None,
        })?;
        let (was, told) = (
            reference::spoken_of(cast, happening.other()?, happening.at),
            reference::spoken_of(cast, told, happening.at),
        );
        Some(if was == told {
            "it was another".to_owned()
        } else {
            format!("it was {was}")
        })
    }

    /// Where it was, where the sentence names another place.
    fn place(&self, happening: &Happening, piece: &Piece<'a>, sentence: &Told) -> Option<String> {
        let (cast, life) = (self.writer.cast, self.life());
        let was = happening.place?;
        let rows = piece.rows.iter().chain(&piece.with);
        let places: BTreeSet<Option<u32>> = rows.map(|row| life.happenings[*row].place).collect();
        let is_other = |said: &Said| match said.claim {
            Claim::Place { place } => !places.contains(&Some(place)),
            _ => false,
        };
        let place = cast.run.places.get(&was);
        let place = place.map_or_else(|| "elsewhere".to_owned(), reference::place_name);
        let is_wrong = sentence.says.iter().any(is_other);
        is_wrong.then(|| format!("the place was {place}"))
    }
}

/// What is told together: an event in a role, with one other where that matters.
type Kind<'a> = (&'a str, Role, Option<u32>);

/// What the log has of what a sentence tells.
struct Log {
    rows: Vec<usize>,
    with: Vec<usize>,
}

/// The mark of a sentence that departs from the log.
fn marked(found: &[String]) -> Vec<String> {
    if found.is_empty() {
        return Vec::new();
    }
    vec![format!("the log: {}", found.join("; "))]
}

/// What is said of something that is told as better than it was, by how good it was.
fn better(was: f64) -> &'static str {
    if was < 0.0 {
        "it was worse than that"
    } else {
        "it was not as good as that"
    }
}

fn split<'a>(pieces: Vec<Piece<'a>>, chosen: &[bool]) -> (Vec<Piece<'a>>, Vec<Piece<'a>>) {
    let mut numbers = chosen.iter();
    pieces
        .into_iter()
        .partition(|_| numbers.next() == Some(&true))
}

fn standing(was: Option<u32>, told: Option<u32>) -> Known {
    match (was, told) {
        (None, _) => Known::Known,
        (Some(_), None) => Known::Forgotten,
        (Some(was), Some(told)) if was == told => Known::Known,
        (Some(_), Some(told)) => Known::Mistaken(told),
    }
}

fn grain(dated: Dated) -> Grain {
    match dated {
        Dated::Day => Grain::Day,
        Dated::Month => Grain::Month,
        Dated::Season => Grain::Season,
        Dated::Year => Grain::Year,
        Dated::Phase => Grain::Phase,
        Dated::None => Grain::Nothing,
    }
}
