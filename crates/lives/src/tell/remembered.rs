//! A life told from memory: the person's own voice, doubt where there is doubt, holes admitted.
//!
//! The same sentences as for what happened, with what the account gives: in the order in which it
//! comes, dated as finely as it is remembered, with whoever and wherever it is remembered to have
//! been. Where that is not what the log has, the sentence carries what the log has beside it.

use std::collections::BTreeMap;

use hailsham_engine::time::Time;
use hailsham_memory::{Account, Dated, Departure, Recollection};

use super::content::{Aspect, Content, Grain, Known};
use super::phases::{self, Phase};
use super::plan::{self, Item};
use super::reference::Cast;
use super::sentences::{Entry, Sentences, Together};
use super::telling::{Chapter, Claim, Told, Voice};
use super::writer::Writer;
use super::{PARAGRAPH, Telling, dates, heading, numbers, reference, title};
use crate::Remembrance;
use crate::lexicon::Words;
use crate::life::{Life, Role};
use crate::run::Run;

/// Holes shorter than this are not spoken of, years.
const HOLE: f64 = 0.75;
/// How much less the next of a kind is worth telling.
const TIRING: f64 = 0.2;

/// From how much better, on a scale from -1 to 1, that is said.
const IDEALISED: f64 = 0.4;

/// What comes of one moment.
struct Piece<'a> {
    entry: &'a Entry,
    /// Which recollection brings it.
    first: usize,
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
        teller.chapter(phase, pieces, at);
        chapters.push(Chapter {
            title: title(cast, phase, number, phase.until.min(at)),
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
                rows: Vec::new(),
                with: Vec::new(),
                merged: Vec::new(),
            });
            pieces.len() - 1
        });
        let piece = &mut pieces[place];
        if item.rows.contains(&row) {
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

/// Somebody telling.
struct Teller<'a> {
    writer: Writer<'a>,
    remembrance: &'a Remembrance,
    account: &'a Account,
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

    fn chapter(&mut self, phase: &Phase, pieces: Vec<Piece<'a>>, at: Time) {
        self.paragraph();
        let until = phase.until.min(at);
        let mut gaps: Vec<_> = self
            .account
            .gaps
            .iter()
            .filter(|gap| phase.from <= gap.from && gap.from < until)
            .filter(|gap| (gap.until - gap.from).years() >= HOLE)
            .collect();
        gaps.reverse();
        if pieces.is_empty() && gaps.is_empty() {
            self.frame("nothing", until, phase.from, until);
        }
        let chosen = self.choose(&pieces);
        let (alone, small) = split(pieces, &chosen);
        let (together, rest) = self.together(small);
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
    fn together(&self, small: Vec<Piece<'a>>) -> (Vec<Piece<'a>>, Vec<usize>) {
        let life = self.life();
        let mut kinds: BTreeMap<(&str, Role, Option<u32>), Piece<'a>> = BTreeMap::new();
        for mut piece in small {
            let by_other = piece.entry.together == Together::Other;
            let other = life.happenings[piece.rows[0]].other().filter(|_| by_other);
            let key = (piece.entry.event.as_str(), piece.entry.role, other);
            match kinds.get_mut(&key) {
                Some(many) => {
                    many.rows.append(&mut piece.rows);
                    many.with.append(&mut piece.with);
                    many.merged.append(&mut piece.merged);
                }
                None => {
                    kinds.insert(key, piece);
                }
            }
        }
        let is_many = |many: &Piece<'_>| many.rows.len() > 1 && !many.entry.many.is_empty();
        let (mut many, few): (Vec<_>, Vec<_>) = kinds.into_values().partition(is_many);
        many.sort_by_key(|many| std::cmp::Reverse(many.rows.len()));
        let shown = many.len().min(PARAGRAPH);
        let dropped = many.split_off(shown);
        many.sort_by_key(|many| many.first);
        let rest = few.into_iter().chain(dropped);
        let rest = rest.flat_map(|piece| [piece.rows, piece.with, piece.merged].concat());
        (many, rest.collect())
    }

    fn piece(&mut self, piece: &Piece<'a>, phase: &Phase) {
        let told = &self.account.recollections[piece.first];
        let happening = &self.life().happenings[piece.rows[0]];
        let mut other = standing(happening.other(), told.other);
        if other == Known::Forgotten && piece.entry.weight >= plan::TURNING_POINT {
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
            is_first: false,
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
            Some(sentence) => self.departs(told, piece, sentence),
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

    fn many(&mut self, many: &Piece<'a>, phase: &Phase, is_period_said: bool) {
        let life = self.life();
        let times = || many.rows.iter().map(|row| life.happenings[*row].at);
        let (from, until) = (times().min(), times().max());
        let content = Content {
            entry: Some(many.entry),
            rows: &many.rows,
            with: &many.with,
            from: phase.from,
            until: phase.until,
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
        self.say(&content);
    }

    /// What the log has, where the account departs from it.
    ///
    /// Only what the sentence says can be wrong in it.
    fn departs(&self, told: &Recollection, piece: &Piece<'_>, sentence: &Told) -> Vec<String> {
        let says = |is: &dyn Fn(&Claim) -> bool| sentence.says.iter().any(|said| is(&said.claim));
        let is_dated = says(&|claim| matches!(claim, Claim::Time { .. } | Claim::Age { .. }));
        let (run, life) = (self.writer.cast.run, self.life());
        let happening = &life.happenings[piece.rows[0]];
        let called = |id: u32| {
            let person = life.people.get(&id);
            person.map_or_else(
                || "another".to_owned(),
                |person| reference::bare(&person.called()),
            )
        };
        let mut found = Vec::new();
        for departure in &told.departures {
            let text = match departure {
                Departure::Time { .. } if is_dated || told.dated == Dated::Phase => {
                    dates::day(run.epoch, happening.at)
                }
                Departure::Source { was, told }
                    if says(
                        &|claim| matches!(claim, Claim::Person { person, .. } if person == told),
                    ) =>
                {
                    format!("it was {}", called(*was))
                }
                Departure::Place { was, told }
                    if says(&|claim| matches!(claim, Claim::Place { place } if place == told)) =>
                {
                    let place = run.places.get(was).map_or("elsewhere", |place| &place.name);
                    format!("the place was {place}")
                }
                Departure::Merged { with } => {
                    let times = numbers::counted(with.len() as i64 + 1, "one time", "times");
                    format!("{times} run into one")
                }
                Departure::Idealised { by } if *by >= IDEALISED && told.valence > 0.0 => {
                    better(told.valence - by).to_owned()
                }
                _ => continue,
            };
            found.push(text);
        }
        if found.is_empty() {
            return Vec::new();
        }
        vec![format!("the log: {}", found.join("; "))]
    }
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
