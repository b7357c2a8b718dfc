//! Holds a telling against the life that it tells: dates, ages, names, pronouns, counts.
//!
//! It reads the JSON form and shares nothing with the code that writes sentences but the log: dates
//! and ages are worked out again, in another way, and what stands in the text is parsed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hailsham_engine::time::{Moment, Time};
use serde_json::Value;

use crate::life::{Happening, Life};
use crate::person::Sex;
use crate::run::Run;

const MONTHS: &str =
    "January February March April May June July August September October November December";
const PRONOUNS: [&str; 7] = ["she", "her", "herself", "he", "him", "his", "himself"];

/// What is wrong in a telling of a life as it happened, one line a finding; empty when all is right.
///
/// `telling` is the JSON form of a [`super::Telling`].
pub fn check(run: &Run, life: &Life, telling: &Value) -> Vec<String> {
    let mut check = Check {
        run,
        life,
        wrong: Vec::new(),
        text: String::new(),
        is_first_person: telling["voice"] == "first",
    };
    let mut told: BTreeSet<u64> = BTreeSet::new();
    for chapter in list(&telling["chapters"]) {
        let mut before: Vec<Value> = Vec::new();
        for sentence in list(&chapter["sentences"]) {
            if sentence["opens_paragraph"] == true {
                before.clear();
            }
            told.extend(list(&sentence["rows"]).iter().filter_map(Value::as_u64));
            check.sentence(sentence, &before);
            before.push(sentence.clone());
        }
    }
    let all: BTreeSet<u64> = life.happenings.iter().map(|of| of.row).collect();
    for row in all.difference(&told) {
        check.wrong.push(format!("record {row} is told nowhere"));
    }
    for row in told.difference(&all) {
        check
            .wrong
            .push(format!("record {row} is not of this life"));
    }
    check.wrong
}

struct Check<'a> {
    run: &'a Run,
    life: &'a Life,
    wrong: Vec<String>,
    text: String,
    is_first_person: bool,
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn time(value: &Value) -> Time {
    Time::from_minutes(value.as_i64().unwrap_or_default() as i32)
}

/// A day as a number that grows by one a day, and the parts of the date.
fn days(at: Time) -> i32 {
    (f64::from(at.minutes()) / 1440.0).floor() as i32
}

/// Whether `text` stands in `sentence` between things that are no letters.
fn stands_in(sentence: &str, text: &str) -> bool {
    sentence.to_lowercase().contains(&text.to_lowercase())
}

/// Whether a short length of time is the number of days, as near as its unit says.
fn is_length(length: i32, words: &str) -> bool {
    let Some((number, unit)) = words.split_once(' ') else {
        return false;
    };
    let unit = match unit.trim_end_matches('s') {
        "day" => 1.0,
        "week" => 7.0,
        "month" => 30.44,
        _ => return false,
    };
    let number = match number {
        "a" => Some(1),
        number => (0..100)
            .find(|n| super::numbers::in_words(*n) == number)
            .or_else(|| number.parse().ok()),
    };
    // Whole units have passed, and the next has not; months are not all as long.
    let slack = if unit > 30.0 { 3.0 } else { 0.01 };
    let is_less_than_a_day = length == 0 && words == "a day";
    is_less_than_a_day
        || number.is_some_and(|number| {
            let from = number as f64 * unit;
            (from - slack..from + unit + slack).contains(&f64::from(length))
        })
}

/// The numbers from a hundred to 999 with their words, which are made once.
fn hundreds() -> impl Iterator<Item = (i64, &'static str)> {
    static WORDS: LazyLock<Vec<String>> =
        LazyLock::new(|| (100..1000).map(super::numbers::in_words).collect());
    (100..1000).zip(WORDS.iter().map(String::as_str))
}

fn season(month: i8) -> &'static str {
    ["winter", "spring", "summer", "autumn"][usize::from((month % 12 / 3).unsigned_abs())]
}

impl Check<'_> {
    fn fail(&mut self, problem: impl std::fmt::Display) {
        self.wrong.push(format!("{problem}: {:?}", self.text));
    }

    fn rows(&self, sentence: &Value) -> Vec<&Happening> {
        let rows: BTreeSet<u64> = list(&sentence["rows"])
            .iter()
            .filter_map(Value::as_u64)
            .collect();
        self.life
            .happenings
            .iter()
            .filter(|of| rows.contains(&of.row))
            .collect()
    }

    fn years_old(&self, born: Time, at: Time) -> i64 {
        let (born, at) = (self.run.epoch.date(born), self.run.epoch.date(at));
        let has_had_birthday = (at.month, at.day) >= (born.month, born.day);
        i64::from(at.year) - i64::from(born.year) - i64::from(!has_had_birthday)
    }

    fn sentence(&mut self, sentence: &Value, before: &[Value]) {
        let text = sentence["text"].as_str().unwrap_or_default().to_owned();
        self.text.clone_from(&text);
        let at = time(&sentence["at"]);
        if sentence["date"] != Value::String(self.run.epoch.iso(at)) {
            self.fail("the date is not that of the time");
        }
        let age = self.life.person.born.map(|born| self.years_old(born, at));
        if sentence["age"].as_i64() != age {
            self.fail("the age is not right");
        }
        let happenings: Vec<Happening> = self.rows(sentence).into_iter().cloned().collect();
        let form = sentence["form"].as_str().unwrap_or_default();
        let event = form.split('.').next().unwrap_or_default();
        let of_event: Vec<&Happening> = happenings.iter().filter(|of| of.event == event).collect();
        if !happenings.is_empty() && event != "frame" && of_event.iter().all(|of| of.at != at) {
            self.fail("no record is of that time");
        }
        let mut rest = text.to_lowercase();
        let mut pronouns = 0;
        let mut last_of_sex = self.last_named(before);
        for said in list(&sentence["says"]) {
            let words = said["text"].as_str().unwrap_or_default();
            if !stands_in(&text, words) {
                self.fail(format!("{words:?} is claimed and not said"));
            }
            rest = rest.replacen(&words.to_lowercase(), " ", 1);
            match said["claims"].as_str().unwrap_or_default() {
                "person" => {
                    pronouns += usize::from(said["by"] == "pronoun" && !self.is_first_person);
                    self.person(said, words, at, &happenings, &mut last_of_sex);
                }
                "place" => {
                    let id = said["place"].as_u64().map(|id| id as u32);
                    let name = id
                        .and_then(|id| self.run.places.get(&id))
                        .map(|place| place.name.to_lowercase());
                    let school = self.life.person.school;
                    let is_there = id == school || happenings.iter().any(|of| of.place == id);
                    if name != Some(words.to_lowercase()) || !is_there {
                        self.fail(format!("{words:?} is not the place"));
                    }
                }
                "time" => self.time(said, words, before),
                "age" => {
                    let person = said["person"].as_u64().unwrap_or_default() as u32;
                    let born = self.life.people.get(&person).and_then(|of| of.born);
                    let years = born.map(|born| self.years_old(born, at));
                    let stated = said["years"].as_i64();
                    let is_said = match (born, years) {
                        (Some(born), Some(..2)) => is_length(days(at) - days(born), words),
                        _ => years.map(super::numbers::in_words) == Some(words.to_owned()),
                    };
                    if years != stated || !is_said {
                        self.fail(format!("{words:?} is not the age"));
                    }
                }
                "number" => self.number(said, words, form, &of_event, &happenings),
                "duration" => self.duration(said, words),
                "period" => {
                    let (from, until) = (time(&said["from"]), time(&said["until"]));
                    if of_event.iter().any(|of| of.at < from || of.at > until) {
                        self.fail("a record is outside of the years that are said");
                    }
                    for year in words.split(|letter: char| !letter.is_ascii_digit()) {
                        let bounds = [from, until - hailsham_engine::time::Span::from_minutes(1)];
                        let is_bound = bounds
                            .iter()
                            .any(|at| self.run.epoch.year_of(*at).to_string() == year);
                        if !year.is_empty() && !is_bound {
                            self.fail(format!("{year} is not a bound of the stretch"));
                        }
                    }
                }
                _ => {}
            }
        }
        self.unclaimed(&text, &rest, pronouns);
    }

    /// Whatever looks like a date, a pronoun or somebody's name is claimed by something.
    fn unclaimed(&mut self, text: &str, rest: &str, pronouns: usize) {
        let words = |text: &str| -> Vec<String> {
            let parts = text.split(|letter: char| !letter.is_alphanumeric());
            parts
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        for word in words(rest) {
            let is_year = word.len() == 4 && word.chars().all(|letter| letter.is_ascii_digit());
            let is_month = word.len() > 3 && word != "march" && stands_in(MONTHS, &word);
            if is_year || is_month {
                self.fail(format!("{word:?} is said and not claimed"));
            }
        }
        if !self.is_first_person {
            let found = words(text)
                .iter()
                .filter(|word| PRONOUNS.contains(&word.to_lowercase().as_str()))
                .count();
            if found != pronouns {
                self.fail(format!("{found} pronouns are said and {pronouns} claimed"));
            }
        }
    }

    /// The others of either sex who were named in the sentence before.
    fn last_named(&self, before: &[Value]) -> [Vec<u32>; 2] {
        let mut last = [Vec::new(), Vec::new()];
        for said in before
            .last()
            .map_or(&[][..], |sentence| list(&sentence["says"]))
        {
            if let Some(person) = said["person"]
                .as_u64()
                .filter(|_| said["claims"] == "person")
            {
                self.note(person as u32, &mut last);
            }
        }
        last
    }

    /// Whether somebody is called the other one, or the third, of a name that several have.
    fn is_other_of_name(&self, id: u32, name: &str, base: &str) -> bool {
        let bearers = self
            .life
            .people
            .values()
            .filter(|of| super::reference::bare(&of.called()) == name);
        let others = bearers.filter(|of| of.id != id).count();
        let said = base.to_lowercase();
        let which = said
            .strip_prefix("the ")
            .and_then(|rest| rest.strip_suffix(&name.to_lowercase()))
            .map(str::trim);
        match which {
            Some("other") => others >= 1,
            Some(which) => (3..=others as u32 + 1).any(|n| super::numbers::nth(n) == which),
            None => false,
        }
    }

    fn note(&self, person: u32, last: &mut [Vec<u32>; 2]) {
        if let Some(of) = self
            .life
            .people
            .get(&person)
            .filter(|of| of.id != self.life.person.id)
        {
            last[usize::from(of.sex == Sex::Male)].push(person);
        }
    }

    fn person(
        &mut self,
        said: &Value,
        words: &str,
        at: Time,
        rows: &[Happening],
        last: &mut [Vec<u32>; 2],
    ) {
        let id = said["person"].as_u64().unwrap_or_default() as u32;
        let own = self.life.person.id;
        let Some(person) = self.life.people.get(&id).cloned() else {
            return self.fail(format!("nobody is number {id}"));
        };
        let is_named = rows
            .iter()
            .any(|of| [of.who, of.whom, of.third].contains(&Some(id)));
        if id != own && !is_named {
            self.fail(format!("{words:?} is in none of the records"));
        }
        let base = words.strip_suffix("'s").unwrap_or(words);
        match said["by"].as_str().unwrap_or_default() {
            "name" => {
                let name = super::reference::bare(&person.called());
                let given = name
                    .rsplit_once(' ')
                    .filter(|(_, last)| last.len() == 2 && last.ends_with('.'));
                let is_other_of_name = self.is_other_of_name(id, &name, base);
                if base != name && Some(base) != given.map(|(given, _)| given) && !is_other_of_name
                {
                    self.fail(format!("{base:?} is not the name {name:?}"));
                }
                if base != name && !is_other_of_name {
                    let is_other = |of: &&crate::person::Person| {
                        of.id != id
                            && last.iter().flatten().any(|named| *named == of.id)
                            && of.called().starts_with(&format!("{base} "))
                    };
                    if self.life.people.values().any(|of| is_other(&of)) {
                        self.fail(format!("{base:?} could be two people"));
                    }
                }
            }
            "pronoun" if id == own && self.is_first_person => {
                if !["I", "me", "my", "myself"].contains(&words) {
                    self.fail(format!("{words:?} is no word for oneself"));
                }
            }
            "pronoun" => {
                let (hers, his) = (&PRONOUNS[..3], &PRONOUNS[3..]);
                let fits = if person.sex == Sex::Female { hers } else { his };
                if !fits.contains(&words) {
                    self.fail(format!(
                        "{words:?} is the wrong pronoun of {}",
                        person.called()
                    ));
                }
                if id != own {
                    let sexed = usize::from(person.sex == Sex::Male);
                    let is_own_sex = person.sex == self.life.person.sex && !self.is_first_person;
                    if is_own_sex || last[sexed].last() != Some(&id) {
                        self.fail(format!(
                            "{words:?} could be another than {}",
                            person.called()
                        ));
                    }
                }
            }
            _ => {
                let is_said = person
                    .born
                    .is_none_or(|born| match self.years_old(born, at) {
                        ..2 => {
                            let length = base.split_once(" of ").map_or("", |(_, length)| length);
                            is_length(days(at) - days(born), length)
                        }
                        years => base.contains(&years.to_string()),
                    });
                if !is_said {
                    self.fail(format!("{base:?} is not the age of {id}"));
                }
                let word = if person.sex == Sex::Female {
                    ["woman", "girl"]
                } else {
                    [" man", "boy"]
                };
                if person.kind == "recipient"
                    && !word.iter().any(|word| format!(" {base}").contains(word))
                {
                    self.fail(format!("{base:?} is not what {id} is"));
                }
            }
        }
        self.note(id, last);
    }

    fn time(&mut self, said: &Value, words: &str, before: &[Value]) {
        let of = time(&said["of"]);
        let date = self.run.epoch.date(of);
        let since = said["since"].as_i64().map(|_| time(&said["since"]));
        if let Some(since) = since {
            // What a relative time leans on was told in this paragraph, and nothing after it was.
            let last = before.iter().rev().find(|sentence| {
                sentence["says"]
                    .as_array()
                    .is_some_and(|says| says.iter().any(|of| of["claims"] == "time"))
            });
            let told = last.map(|sentence| time(&sentence["at"]));
            if told.is_none_or(|told| days(told) != days(since)) {
                self.fail(format!("{words:?} leans on a time that was not told"));
            }
        }
        if !self.is_right(
            said["how"].as_str().unwrap_or_default(),
            words,
            date,
            of,
            since,
        ) {
            self.fail(format!("{words:?} is not {}", self.run.epoch.iso(of)));
        }
    }

    fn is_right(
        &self,
        how: &str,
        words: &str,
        date: Moment,
        of: Time,
        since: Option<Time>,
    ) -> bool {
        let month = MONTHS
            .split(' ')
            .nth(usize::from((date.month - 1).unsigned_abs()))
            .unwrap_or_default();
        let has = |word: &str| words.split(' ').any(|of| of == word);
        let (year, day) = (date.year.to_string(), date.day.to_string());
        // Whichever month or season is named is the right one, and so are day and year.
        let parts_fit = words.split(' ').all(|word| {
            let is_number = word.chars().all(|letter| letter.is_ascii_digit());
            let is_month = MONTHS.split(' ').any(|of| of == word);
            let is_season = ["spring", "summer", "autumn", "winter"].contains(&word);
            (!is_month || word == month)
                && (!is_season || word == season(date.month))
                && (!is_number || word == day || word == year)
        });
        let then = since.map(|since| self.run.epoch.date(since));
        let months = then.map(|then| {
            let whole = (i32::from(date.year) - i32::from(then.year)) * 12 + i32::from(date.month)
                - i32::from(then.month);
            whole - i32::from(date.day < then.day)
        });
        let number = |words: &str| -> Option<i32> {
            let first = words.split(' ').next()?;
            if first == "a" {
                return Some(1);
            }
            (0..100)
                .find(|n| super::numbers::in_words(i64::from(*n)) == first)
                .or_else(|| first.parse().ok())
        };
        parts_fit
            && match how {
                "day" => has(&day) && has(month) && has(&year),
                "month" => has(month) && has(&year),
                "season" => has(season(date.month)) && has(&year),
                "early" => words.starts_with("early in") && date.month <= 2 && has(&year),
                "end" => words.starts_with("at the end of") && date.month == 12 && has(&year),
                "year" => has(&year),
                "same_year" => then.is_some_and(|then| then.year == date.year),
                "same_month" => {
                    then.is_some_and(|then| (then.year, then.month) == (date.year, date.month))
                }
                "same_day" => since.is_some_and(|since| days(since) == days(of)),
                "next_year" => then.is_some_and(|then| then.year + 1 == date.year),
                "days_after" => {
                    let gap = since.map(|since| days(of) - days(since));
                    match words {
                        "the next day" | "the following day" => gap == Some(1),
                        _ if has("week") || has("weeks") => {
                            gap == number(words).map(|weeks| weeks * 7)
                        }
                        _ => gap == number(words),
                    }
                }
                "months_after" => months == number(words),
                "years_after" => months.map(|months| months / 12) == number(words),
                _ => false,
            }
    }

    fn number(
        &mut self,
        said: &Value,
        words: &str,
        form: &str,
        of_event: &[&Happening],
        all: &[Happening],
    ) {
        let number = said["number"].as_i64().unwrap_or_default();
        let of = said["of"].as_str().unwrap_or_default();
        let first = words
            .split(' ')
            .find(|word| *word != "more" && *word != "than")
            .unwrap_or_default();
        let spoken = match first.to_lowercase().as_str() {
            "once" | "a" => Some(1),
            "twice" => Some(2),
            first => (0..100)
                .find(|n| super::numbers::in_words(*n) == first)
                .or_else(|| first.replace(',', "").parse().ok())
                .or_else(|| (1..100).find(|n| super::numbers::nth(*n as u32) == first)),
        };
        let words = words.to_lowercase();
        let in_hundreds = |(number, of): (i64, &str)| {
            let rest = words.strip_prefix(of)?;
            (rest.is_empty() || rest.starts_with(' ')).then_some(number)
        };
        let spoken = hundreds().filter_map(in_hundreds).last().or(spoken);
        let is_same = |expected: Option<i64>| expected == Some(number);
        let main = of_event.first();
        let value = main
            .and_then(|main| main.value)
            .map(f64::from)
            .unwrap_or_default();
        let (is_right, is_spoken) = match of {
            "n" => (
                is_same(main.and_then(|main| main.n).map(i64::from)),
                spoken == Some(number),
            ),
            "value in months" => (
                (value * 12.0 - number as f64).abs() <= 0.51,
                spoken == Some(number),
            ),
            "value in years" | "value in days" => (
                (value - number as f64).abs() <= 0.51,
                spoken == Some(number),
            ),
            "value in days, as months" => (
                (value - number as f64).abs() <= 0.51,
                spoken == Some(number / 30),
            ),
            "value in days, as years" => {
                let years = (number as f64 / 365.2425).floor() as i64;
                ((value - number as f64).abs() <= 0.51, spoken == Some(years))
            }
            "records" => {
                let role = form.split('.').nth(1).unwrap_or_default();
                let of_role = of_event
                    .iter()
                    .filter(|of| format!("{:?}", of.role).to_lowercase() == role);
                (
                    is_same(Some(of_role.count() as i64)),
                    spoken == Some(number),
                )
            }
            "people" | "people_rest" => {
                let others: BTreeSet<_> = of_event.iter().filter_map(|of| of.other()).collect();
                let limit = others.len() as i64;
                let fits = if of == "people" {
                    limit == number
                } else {
                    number < limit
                };
                (fits, spoken == Some(number))
            }
            "years lost in months"
            | "years lost in years"
            | "years gained in months"
            | "years gained in years" => {
                let person = &self.life.person;
                let lost = of.starts_with("years lost");
                let years = if lost {
                    person.years_lost
                } else {
                    person.years_gained
                };
                let unit = if of.ends_with("months") { 12.0 } else { 1.0 };
                let stated = f64::from(years.unwrap_or_default()) * unit;
                (
                    (stated - number as f64).abs() <= 0.51,
                    spoken == Some(number),
                )
            }
            "donations" => (
                i64::from(self.life.person.donations) == number,
                spoken == Some(number),
            ),
            _ if of.starts_with("left ") => {
                let is_thing = |happening: &&Happening| {
                    let role = format!("{:?}", happening.role).to_lowercase();
                    of["left ".len()..] == format!("{}.{role}", happening.event)
                };
                // What is left out along with another thing, at its minute, is no thing of its own.
                let is_alone = |happening: &&Happening| {
                    let at_once = all.iter().filter(|other| other.at == happening.at);
                    at_once.count() == 1
                };
                let most = all.iter().filter(is_thing).count() as i64;
                let least = all.iter().filter(is_thing).filter(is_alone).count() as i64;
                (
                    (least.max(1)..=most).contains(&number),
                    spoken == Some(number) || number == 1,
                )
            }
            _ if of.starts_with("topic ") => {
                let topic = &of["topic ".len()..];
                let count = all
                    .iter()
                    .filter(|of| of.topic.as_deref() == Some(topic))
                    .count();
                (count as i64 >= number, spoken == Some(number))
            }
            event => {
                let count = all.iter().filter(|of| of.event == event).count();
                (count as i64 == number, spoken == Some(number))
            }
        };
        if !is_right || !is_spoken {
            self.fail(format!("{words:?} of {of} is not right ({number})"));
        }
    }

    fn duration(&mut self, said: &Value, words: &str) {
        let (from, until) = (time(&said["from"]), time(&said["until"]));
        let length = f64::from(days(until) - days(from));
        let is_above = words.starts_with("just over ");
        let is_below = words.starts_with("nearly ");
        let bare = words
            .trim_start_matches("just over ")
            .trim_start_matches("nearly ");
        let first = bare.split(' ').next().unwrap_or_default();
        let number = match first {
            "a" => Some(1.0),
            first => (0..100)
                .find(|n| super::numbers::in_words(*n) == first)
                .or_else(|| first.parse().ok())
                .map(|n| n as f64),
        };
        let half = if bare.contains("and a half") {
            0.5
        } else {
            0.0
        };
        let unit = if bare.contains("year") {
            365.2425
        } else if bare.contains("month") {
            30.44
        } else if bare.contains("week") {
            7.0
        } else {
            1.0
        };
        let fits = number.is_some_and(|number| {
            let stated = (number + half) * unit;
            let slack = if unit > 300.0 { 190.0 } else { unit * 1.1 };
            (length - stated).abs() <= slack
                && (!is_above || length >= stated - 2.0)
                && (!is_below || length <= stated + 2.0)
        });
        if !fits {
            self.fail(format!("{words:?} is not {length} days"));
        }
    }
}
