//! What is wrong with a history, as far as it can be known before a run.

use hailsham_engine::time::Time;
use hailsham_scenario::{Problem, nearest};

mod moments;

use super::dates::{self, Window};
use super::kinds::{self, Kind, Part, Place, Topic};
use super::{CastRole, Member, Pin};
use crate::event::Event;
use crate::programme::Programme;
use crate::world::Clock;

pub(super) use moments::no_moment;

/// Most people of a cast.
const LARGEST_CAST: usize = 250;

struct Checker<'a> {
    programme: &'a Programme,
    clock: Clock,
    problems: Vec<Problem>,
    /// Dates that lie outside the run.
    outside: usize,
}

/// Everything that is wrong with a programme's history.
pub(crate) fn check(programme: &Programme) -> Vec<Problem> {
    let mut checker = Checker {
        programme,
        clock: Clock::new(programme, 0, 1.0),
        problems: Vec::new(),
        outside: 0,
    };
    checker.members();
    checker.pins();
    checker.others_outside();
    // Moments are looked for only where each pin is right by itself.
    if checker.problems.is_empty() {
        checker.cycles();
    }
    if checker.problems.is_empty() && programme.history.is_followed() {
        checker.moments();
    }
    checker.problems
}

/// Who of a pin is named for two parts of it.
fn said_twice(pin: &Pin) -> Option<&str> {
    let [who, whom, third] = [&pin.who, &pin.whom, &pin.third];
    let pairs = [(who, whom), (who, third), (whom, third)];
    let same = pairs
        .iter()
        .find(|(one, other)| one == other && !one.is_empty());
    same.map(|(one, _)| one.as_str())
}

fn pin_path(id: &str, key: &str) -> String {
    quoted("pins", id, key)
}

fn cast_path(id: &str, key: &str) -> String {
    quoted("cast", id, key)
}

fn quoted(section: &str, id: &str, key: &str) -> String {
    let plain = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let id = if plain && !id.is_empty() {
        id.to_owned()
    } else {
        format!("\"{}\"", id.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let end = if key.is_empty() {
        String::new()
    } else {
        format!(".{key}")
    };
    format!("history.{section}.{id}{end}")
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// "did you mean", or all that is allowed.
fn meant<'a>(found: &str, what: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(found, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{what}: {}", listed(names)),
    }
}

impl<'a> Checker<'a> {
    fn wrong(&mut self, path: String, message: String, help: impl Into<String>) {
        self.problems.push(Problem {
            path,
            message,
            help: Some(help.into()),
        });
    }

    fn date(&self, time: Time) -> String {
        let shown = self.clock.epoch.iso(time);
        shown.split(' ').next().unwrap_or(&shown).to_owned()
    }

    fn members(&mut self) {
        let programme = self.programme;
        let cast = &programme.history.cast;
        if cast.len() > LARGEST_CAST {
            self.wrong(
                "history.cast".to_owned(),
                format!("a cast of {}", cast.len()),
                format!("a cast has at most {LARGEST_CAST} people"),
            );
        }
        for (key, member) in cast {
            self.school(key, member);
            let student = member.role == CastRole::Student;
            let dated = if student {
                ("born", &member.born)
            } else {
                ("serves_from", &member.serves_from)
            };
            if student || !dated.1.is_empty() {
                self.dated(key, dated.0, dated.1);
            }
            if !member.cottages.is_empty()
                && !programme.cottages.places.contains_key(&member.cottages)
            {
                let names = programme.cottages.places.keys().map(String::as_str);
                let help = meant(&member.cottages, "the Cottages are", names);
                self.wrong(
                    cast_path(key, "cottages"),
                    format!("there are no Cottages `{}`", member.cottages),
                    help,
                );
            }
            for other in member.affinity.keys() {
                let others = cast
                    .iter()
                    .filter(|(_, member)| member.role == CastRole::Student);
                let mut others = others.map(|(key, _)| key.as_str());
                if other == key || !others.clone().any(|known| known == other) {
                    let help = meant(
                        other,
                        "students of the cast",
                        others.by_ref().collect::<Vec<_>>().into_iter(),
                    );
                    self.wrong(
                        cast_path(key, "affinity"),
                        format!("`{other}` is not another student of the cast"),
                        help,
                    );
                }
            }
        }
    }

    fn school(&mut self, key: &str, member: &Member) {
        let institutions = &self.programme.institutions;
        if member.school.is_empty() && member.role == CastRole::Collector {
            return;
        }
        match institutions.get(&member.school) {
            Some(school) if school.count == 1 => {}
            Some(school) => self.wrong(
                cast_path(key, "school"),
                format!("`{}` stands for {} schools", member.school, school.count),
                "name an institution of which there is one",
            ),
            None => {
                let names = institutions.keys().map(String::as_str);
                let help = meant(&member.school, "the institutions are", names);
                self.wrong(
                    cast_path(key, "school"),
                    format!("there is no institution `{}`", member.school),
                    help,
                );
            }
        }
    }

    fn dated(&mut self, key: &str, name: &str, text: &str) {
        match dates::window(self.clock.epoch, text) {
            Err(message) => self.wrong(
                cast_path(key, name),
                message,
                "write a day, a month or a year, as in \"1965-03\", or two with .. between",
            ),
            Ok((from, to)) if from > to => self.wrong(
                cast_path(key, name),
                format!("`{text}` ends before it begins"),
                "the earlier date comes first",
            ),
            Ok((from, to)) if from < Time::START || to >= self.clock.horizon => {
                let message = format!("`{text}` lies outside the run");
                self.outside(cast_path(key, name), message);
            }
            Ok(_) => {}
        }
    }

    /// What lies outside the run: the first is told in full, since a changed horizon leaves many out.
    fn outside(&mut self, path: String, message: String) {
        self.outside += 1;
        if self.outside == 1 {
            let help = self.period();
            self.wrong(path, message, help);
        }
    }

    /// How many more lie outside.
    fn others_outside(&mut self) {
        let more = self.outside.saturating_sub(1);
        let first = self
            .problems
            .iter_mut()
            .find(|problem| problem.message.contains("outside the run"));
        if let (Some(first), true) = (first, more > 0) {
            first.message = format!("{}, and so are {more} more dates", first.message);
            first.help = Some(
                "change the horizon, or leave the history out with `history.follow=false`, or use \
                 the scenario `programme`"
                    .to_owned(),
            );
        }
    }

    fn period(&self) -> String {
        format!(
            "the run is from {} to {}",
            self.date(Time::START),
            self.date(self.clock.horizon)
        )
    }

    fn pins(&mut self) {
        let history = &self.programme.history;
        for (id, pin) in &history.pins {
            let Some(kind) = kinds::find(&pin.event) else {
                self.no_such_event(id, pin);
                continue;
            };
            self.person(id, "who", &pin.who, kind.who);
            self.person(id, "whom", &pin.whom, kind.whom);
            self.person(id, "third", &pin.third, kind.third);
            if let Some(twice) = said_twice(pin) {
                self.wrong(
                    pin_path(id, "whom"),
                    format!("`{twice}` is on both sides"),
                    "an event between people is between different people",
                );
            }
            self.topic(id, pin, kind);
            self.place(id, pin, kind);
            self.number(id, pin, kind);
            self.rules(id, pin);
            self.words(id, pin);
            self.when(id, pin);
        }
        self.subjects();
    }

    /// Whatever a version is followed of, some pin is of it. A version of nothing takes an inherited subject back,
    /// where its pins were taken out.
    fn subjects(&mut self) {
        let history = &self.programme.history;
        let of_pins = history.pins.values().map(|pin| pin.subject.as_str());
        let mut subjects: Vec<&str> = of_pins.filter(|subject| !subject.is_empty()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        for (subject, version) in &history.record {
            if version.is_empty() || subjects.contains(&subject.as_str()) {
                continue;
            }
            let help = if subjects.is_empty() {
                "leave it out, or set it to \"\"".to_owned()
            } else {
                meant(subject, "the subjects are", subjects.iter().copied())
            };
            self.wrong(
                quoted("record", subject, ""),
                format!("no pin has the subject `{subject}`"),
                help,
            );
        }
    }

    fn no_such_event(&mut self, id: &str, pin: &Pin) {
        let names = kinds::KINDS.iter().map(|kind| kind.event.name());
        let known = Event::ALL.iter().any(|event| event.name() == pin.event);
        let message = if known {
            format!("the event `{}` cannot be pinned", pin.event)
        } else {
            format!("there is no event `{}`", pin.event)
        };
        let help = if known {
            format!(
                "these can: {}; for what no submodel makes, `act`",
                listed(names)
            )
        } else {
            meant(&pin.event, "events that can be pinned", names)
        };
        self.wrong(pin_path(id, "event"), message, help);
    }

    fn person(&mut self, id: &str, name: &str, key: &str, part: Part) {
        let cast = &self.programme.history.cast;
        let fits = |member: &Member| match part {
            Part::None => false,
            Part::Student(_) | Part::MaybeStudent(_) => member.role == CastRole::Student,
            Part::Staff => matches!(member.role, CastRole::Guardian | CastRole::Head),
            Part::Collector => member.role == CastRole::Collector,
            Part::Anyone | Part::Maybe => true,
        };
        let who = match part {
            Part::None => "nobody",
            Part::Student(_) | Part::MaybeStudent(_) => "a student",
            Part::Staff => "a guardian",
            Part::Collector => "a collector",
            Part::Anyone | Part::Maybe => "somebody",
        };
        let fitting = || {
            let fitting = cast.iter().filter(|(_, member)| fits(member));
            fitting.map(|(key, _)| key.as_str())
        };
        if key.is_empty() {
            if !matches!(part, Part::None | Part::Maybe | Part::MaybeStudent(_)) {
                let help = format!("add `{name} = ...`: {}", listed(fitting()));
                self.wrong(
                    pin_path(id, ""),
                    format!("the event needs {who} as `{name}`"),
                    help,
                );
            }
            return;
        }
        match cast.get(key) {
            _ if part == Part::None => self.wrong(
                pin_path(id, name),
                format!("the event has no `{name}`"),
                "leave it out",
            ),
            None => {
                let help = meant(key, "the cast is", fitting());
                self.wrong(
                    pin_path(id, name),
                    format!("there is no `{key}` in the cast"),
                    help,
                );
            }
            Some(member) if !fits(member) => {
                let help = format!("these could be: {}", listed(fitting()));
                self.wrong(
                    pin_path(id, name),
                    format!("`{name}` must be {who}, and `{key}` is not"),
                    help,
                );
            }
            Some(_) => {}
        }
    }

    fn topic(&mut self, id: &str, pin: &Pin, kind: &Kind) {
        let path = pin_path(id, "topic");
        match kind.topic {
            Topic::None if pin.topic.is_empty() => {}
            Topic::None => self.wrong(path, "the event has no topic".to_owned(), "leave it out"),
            Topic::Of(words) if words.contains(&pin.topic.as_str()) => {}
            Topic::Of(words) => {
                let help = meant(&pin.topic, "it is one of", words.iter().copied());
                self.wrong(
                    path,
                    format!("`{}` is no topic of `{}`", pin.topic, pin.event),
                    help,
                );
            }
            Topic::Word => {
                let word =
                    |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
                if pin.topic.is_empty() || !pin.topic.bytes().all(word) {
                    self.wrong(
                        path,
                        format!("`{}` is no word for an act", pin.topic),
                        "small letters, digits and _, as in \"played_the_tape\"",
                    );
                }
            }
        }
    }

    fn place(&mut self, id: &str, pin: &Pin, kind: &Kind) {
        let path = pin_path(id, "place");
        if pin.place.is_empty() {
            if matches!(kind.place, Place::Must | Place::School) {
                let help = format!("add `place = ...`: {}", listed(self.places(kind.place)));
                self.wrong(pin_path(id, ""), "the event needs a place".to_owned(), help);
            }
        } else if kind.place == Place::None {
            self.wrong(
                path,
                "the event happens where `who` is".to_owned(),
                "leave the place out",
            );
        } else if !self.places(kind.place).any(|place| place == pin.place) {
            let help = meant(
                &pin.place,
                "places with one of a kind",
                self.places(kind.place).collect::<Vec<_>>().into_iter(),
            );
            self.wrong(
                path,
                format!("there is no such place as `{}`", pin.place),
                help,
            );
        }
    }

    /// Keys of places of which there is one.
    fn places(&self, place: Place) -> impl Iterator<Item = &'a str> {
        let programme = self.programme;
        let (schools, centres) = (place != Place::Centre, place != Place::School);
        let others = schools && centres;
        let one = |count: u32, wanted: bool| wanted && count == 1;
        let institutions = programme.institutions.iter();
        let sites = programme.cottages.places.iter();
        let landmarks = programme.landmarks.iter();
        let wards = programme.donation.centres.iter();
        institutions
            .filter(move |(_, school)| one(school.count, schools))
            .map(|(key, _)| key.as_str())
            .chain(
                landmarks
                    .filter(move |(_, landmark)| one(landmark.count, others))
                    .map(|(key, _)| key.as_str()),
            )
            .chain(
                sites
                    .filter(move |(_, site)| one(site.count, others))
                    .map(|(key, _)| key.as_str()),
            )
            .chain(
                wards
                    .filter(move |(_, centre)| one(centre.count, centres))
                    .map(|(key, _)| key.as_str()),
            )
    }

    fn number(&mut self, id: &str, pin: &Pin, kind: &Kind) {
        let rules = &self.programme.donation;
        let path = pin_path(id, "n");
        if !kind.numbered {
            if pin.n != 0 {
                self.wrong(path, "the event has no number".to_owned(), "leave it out");
            }
            return;
        }
        if pin.n == 0 {
            self.wrong(
                pin_path(id, ""),
                "the number of the operation is missing".to_owned(),
                "add `n = ...`",
            );
            return;
        }
        let plan = rules.plan.len() as u32;
        let source = pin.shown(id);
        if pin.n > plan {
            self.wrong(
                path,
                format!(
                    "{source} is a donation number {}, but the plan has {plan} operations",
                    pin.n
                ),
                "the plan is `donation.plan`",
            );
        }
    }

    /// A rule of the programme that no history can go against, where that is an error.
    fn rules(&mut self, id: &str, pin: &Pin) {
        let history = &self.programme.history;
        if !history.follow || history.impossible == super::Impossible::LetGo {
            return;
        }
        if let Some((_, rule)) = pin.forbidden(self.programme) {
            let name = if pin.n > 0 { "n" } else { "at" };
            let what = if pin.n > 0 {
                format!("{} is a donation number {}", pin.shown(id), pin.n)
            } else {
                format!("{} is pinned", pin.shown(id))
            };
            self.wrong(
                pin_path(id, name),
                format!("{what}, but {rule}"),
                "change one of them; `history.impossible = \"let_go\"` lets the rule go first",
            );
        }
    }

    fn words(&mut self, id: &str, pin: &Pin) {
        let history = &self.programme.history;
        let phases = kinds::PHASES.iter().map(|(name, _)| *name);
        if !pin.phase.is_empty() && !phases.clone().any(|phase| phase == pin.phase) {
            let help = meant(&pin.phase, "it is one of", phases);
            self.wrong(
                pin_path(id, "phase"),
                format!("there is no phase `{}`", pin.phase),
                help,
            );
        }
        let ids = history.pins.keys().map(String::as_str);
        for other in pin
            .after
            .iter()
            .chain(Some(&pin.until).filter(|until| !until.is_empty() && *until != "end"))
        {
            let name = if *other == pin.until {
                "until"
            } else {
                "after"
            };
            if !history.pins.contains_key(other) {
                let help = meant(other, "the pins are", ids.clone());
                self.wrong(
                    pin_path(id, name),
                    format!("there is no pin `{other}`"),
                    help,
                );
            }
        }
        if pin.within > 0.0 && pin.after.is_empty() {
            self.wrong(
                pin_path(id, "within"),
                "`within` without `after`".to_owned(),
                "say after which pin, as in `after = [\"another\"]`",
            );
        }
        match (pin.subject.is_empty(), pin.versions.is_empty()) {
            (true, false) => self.wrong(
                pin_path(id, "versions"),
                "versions of no subject".to_owned(),
                "add `subject = ...`: the contested matter",
            ),
            (false, true) => self.wrong(
                pin_path(id, "subject"),
                format!("`{}` in no version", pin.subject),
                "add `versions = [...]`",
            ),
            (false, false) if !history.record.contains_key(&pin.subject) => {
                let names = history.record.keys().map(String::as_str);
                let help = meant(&pin.subject, "`history.record` has", names);
                self.wrong(
                    pin_path(id, "subject"),
                    format!(
                        "`history.record` does not say which version of `{}` is followed",
                        pin.subject
                    ),
                    help,
                );
            }
            _ => {}
        }
        if let Some(version) = history.record.get(&pin.subject) {
            // A version that leaves a matter out pins nothing of it, and is known by other matters.
            let all = || history.pins.values();
            if !all().any(|other| other.versions.contains(version)) {
                let mut names: Vec<&str> = all()
                    .filter(|other| other.subject == pin.subject)
                    .flat_map(|other| &other.versions)
                    .map(String::as_str)
                    .collect();
                names.sort_unstable();
                names.dedup();
                let path = format!("history.record.{}", pin.subject);
                if self.problems.iter().all(|problem| problem.path != path) {
                    let help = meant(version, "the versions are", names.into_iter());
                    self.wrong(
                        path,
                        format!("there is no version `{version}` of `{}`", pin.subject),
                        help,
                    );
                }
            }
        }
    }

    fn when(&mut self, id: &str, pin: &Pin) {
        let mut at: Option<Window> = None;
        if !pin.at.is_empty() {
            match dates::window(self.clock.epoch, &pin.at) {
                Err(message) => self.wrong(
                    pin_path(id, "at"),
                    message,
                    "write a day, a month or a year, as in \"1984-09\", or two with .. between",
                ),
                Ok((from, to)) if from > to => self.wrong(
                    pin_path(id, "at"),
                    format!(
                        "the window `{}` of {} is empty: it ends before it begins",
                        pin.at,
                        pin.shown(id)
                    ),
                    "the earlier date comes first",
                ),
                Ok((from, to)) if to < Time::START || from >= self.clock.horizon => {
                    let message = format!("{} is at {}, outside the run", pin.shown(id), pin.at);
                    self.outside(pin_path(id, "at"), message);
                }
                Ok(window) => at = Some(window),
            }
        }
        if pin.age.is_empty() {
            return;
        }
        if let Err(message) = dates::ages(Time::START, &pin.age) {
            let help = "write an age in years, as in \"31\", or a window, as in \"16.5..17\"";
            self.wrong(pin_path(id, "age"), message, help);
            return;
        }
        let Some(member) = self.programme.history.cast.get(&pin.who) else {
            return;
        };
        let Ok((first, last)) = dates::window(self.clock.epoch, &member.born) else {
            return;
        };
        let (Ok((youngest, _)), Ok((_, oldest))) =
            (dates::ages(first, &pin.age), dates::ages(last, &pin.age))
        else {
            return;
        };
        if youngest > oldest {
            self.wrong(
                pin_path(id, "age"),
                format!(
                    "the window of ages `{}` is empty: it ends before it begins",
                    pin.age
                ),
                "the younger age comes first",
            );
        } else if at.is_some_and(|(from, to)| oldest < from || youngest > to) {
            let (from, to) = (self.date(youngest), self.date(oldest));
            self.wrong(
                pin_path(id, "age"),
                format!(
                    "{} is at {}, but `{}`, born {}, has the age of {} from {from} to {to}",
                    pin.shown(id),
                    pin.at,
                    pin.who,
                    member.born,
                    pin.age
                ),
                "change the age, the date, or the day of birth",
            );
        } else if youngest >= self.clock.horizon {
            let message = format!(
                "{}: `{}` has the age of {} only then, outside the run",
                pin.shown(id),
                pin.who,
                pin.age
            );
            self.outside(pin_path(id, "age"), message);
        }
    }
}
