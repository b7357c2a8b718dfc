//! The page: templates, style, script and the charting library in one file.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, context};
use serde::Serialize;

use crate::ReportError;
use crate::allocation::AllocationReport;
use crate::chart::{Chart, embedded_json};
use crate::exchange::ExchangeReport;
use crate::lexicon::{Lexicon, LexiconError, Speaker, Words};
use crate::sections::{Report, ShownLife};
use crate::study::StudyReport;
use crate::text;

const TEMPLATES: [(&str, &str); 27] = [
    ("report.html", include_str!("../templates/report.html")),
    ("macros.html", include_str!("../templates/macros.html")),
    ("headline.html", include_str!("../templates/headline.html")),
    ("course.html", include_str!("../templates/course.html")),
    ("survival.html", include_str!("../templates/survival.html")),
    ("carers.html", include_str!("../templates/carers.html")),
    (
        "recipients.html",
        include_str!("../templates/recipients.html"),
    ),
    ("ledger.html", include_str!("../templates/ledger.html")),
    ("inner.html", include_str!("../templates/inner.html")),
    ("yearly.html", include_str!("../templates/yearly.html")),
    (
        "assumptions.html",
        include_str!("../templates/assumptions.html"),
    ),
    ("checks.html", include_str!("../templates/checks.html")),
    ("life.html", include_str!("../templates/life.html")),
    ("lives.html", include_str!("../templates/lives.html")),
    ("one_life.html", include_str!("../templates/one_life.html")),
    ("rivals.html", include_str!("../templates/rivals.html")),
    ("cite.html", include_str!("../templates/cite.html")),
    ("frame.html", include_str!("../templates/frame.html")),
    (
        "allocation.html",
        include_str!("../templates/allocation.html"),
    ),
    ("exchange.html", include_str!("../templates/exchange.html")),
    ("repeat.html", include_str!("../templates/repeat.html")),
    ("glossary.html", include_str!("../templates/glossary.html")),
    ("study.html", include_str!("../templates/study.html")),
    (
        "study_replicates.html",
        include_str!("../templates/study_replicates.html"),
    ),
    (
        "study_comparison.html",
        include_str!("../templates/study_comparison.html"),
    ),
    (
        "study_sweep.html",
        include_str!("../templates/study_sweep.html"),
    ),
    (
        "study_calibration.html",
        include_str!("../templates/study_calibration.html"),
    ),
];
const STYLE: &str = include_str!("../templates/style.css");
const SCRIPT: [&str; 5] = [
    include_str!("../templates/charts.js"),
    include_str!("../templates/plots.js"),
    include_str!("../templates/graphs.js"),
    include_str!("../templates/studies.js"),
    include_str!("../templates/page.js"),
];
const CHARTING: &str = include_str!("../vendor/echarts-6.1.0/echarts.min.js");

#[derive(Serialize)]
struct Embedded<'a> {
    scenario: &'a str,
    /// What the names of downloaded files begin with.
    file: String,
    charts: Vec<&'a Chart>,
}

/// Renders the whole page.
pub(crate) fn render(
    report: &Report<'_>,
    lexicon: &Lexicon,
    speaker: Speaker,
    words: Words,
) -> Result<String, ReportError> {
    let environment = environment(speaker)?;
    let charts = report.charts.values().collect();
    let page = environment.get_template("report.html")?.render(context! {
        report => Serde(report),
        words => Serde(words),
        glossary => Serde(&lexicon.words),
        ..parts(report.scenario(), charts)?
    })?;
    Ok(page)
}

/// Renders one life as a page of its own.
pub(crate) fn render_life(
    scenario: &str,
    seed: u64,
    shown: &ShownLife,
    chart: &Chart,
    speaker: Speaker,
) -> Result<String, ReportError> {
    let environment = environment(speaker)?;
    let page = environment
        .get_template("one_life.html")?
        .render(context! {
            scenario => scenario,
            seed => seed,
            shown => Serde(shown),
            report => context! { charts => Serde(BTreeMap::from([(chart.id, chart)])) },
            ..parts(scenario, vec![chart])?
        })?;
    Ok(page)
}

/// What every page carries: style, script, the charting library and the charts' data.
fn parts(scenario: &str, charts: Vec<&Chart>) -> Result<Value, ReportError> {
    let data = embedded_json(&Embedded {
        scenario,
        file: text::slug(scenario),
        charts,
    })
    .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
    Ok(context! {
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.concat()),
        charting => Value::from_safe_string(CHARTING.to_owned()),
        data => Value::from_safe_string(data),
    })
}

/// Renders the page of a study.
pub(crate) fn render_study(report: &StudyReport, speaker: Speaker) -> Result<String, ReportError> {
    let charts = report.charts.values().collect();
    whole("study.html", report, &report.title, charts, speaker)
}

/// Renders the page of a run of kidney allocation.
pub(crate) fn render_allocation(
    report: &AllocationReport<'_>,
    speaker: Speaker,
) -> Result<String, ReportError> {
    let charts = report.charts.values().collect();
    let scenario = &report.manifest.scenario;
    whole("allocation.html", report, scenario, charts, speaker)
}

/// Renders the page of an exchange programme's run.
pub(crate) fn render_exchange(
    report: &ExchangeReport<'_>,
    speaker: Speaker,
) -> Result<String, ReportError> {
    let charts = report.charts.values().collect();
    let scenario = &report.manifest.scenario;
    whole("exchange.html", report, scenario, charts, speaker)
}

/// A page that needs nothing but its report.
fn whole(
    template: &str,
    report: &impl Serialize,
    scenario: &str,
    charts: Vec<&Chart>,
    speaker: Speaker,
) -> Result<String, ReportError> {
    let environment = environment(speaker)?;
    let page = environment.get_template(template)?.render(context! {
        report => Serde(report),
        ..parts(scenario, charts)?
    })?;
    Ok(page)
}

/// The templates with the words and the numbers they may use.
fn environment(speaker: Speaker) -> Result<Environment<'static>, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // A line that holds only a tag leaves no empty line behind.
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    let speaker = Arc::new(speaker);
    let failed = |error: LexiconError| Error::new(ErrorKind::InvalidOperation, error.to_string());

    // say("V-06", "past"): the word, and beside its first use the other way of saying it.
    let say = Arc::clone(&speaker);
    environment.add_function("say", move |id: &str, form: &str| {
        let (word, beside) = say.first(id, form).map_err(failed)?;
        let word = html(&word);
        Ok::<_, Error>(Value::from_safe_string(match beside {
            Some(beside) => format!("{word} <span class=\"beside\">({})</span>", html(&beside)),
            None => word,
        }))
    });
    // word("V-06", "past_nth", n=2, capital=true): the word alone, for headings.
    environment.add_function("word", move |id: &str, form: &str, options: Kwargs| {
        let text = match options.get::<Option<u32>>("n")? {
            Some(n) => speaker.nth(id, form, n).map_err(failed)?,
            None => speaker.label(id, form).map_err(failed)?,
        };
        let capital = options.get::<Option<bool>>("capital")?.unwrap_or(false);
        options.assert_all_used()?;
        Ok::<_, Error>(if capital {
            crate::sections::capital(&text)
        } else {
            text
        })
    });
    environment.add_filter("count", |number: Option<f64>| {
        shown(number, |n| text::fixed(n, 0))
    });
    // 1 | plural("couple", "couples"): the noun, or the verb, that goes with the count.
    environment.add_filter(
        "plural",
        |number: Option<f64>, one: String, many: String| {
            text::plural(number, &one, &many).to_owned()
        },
    );
    environment.add_filter("large", |number: Option<f64>| shown(number, text::large));
    // As short as it can be written: 45, not 45.0.
    environment.add_filter("plain", |number: f64| number.to_string());
    environment.add_filter("percent", |share: Option<f64>| shown(share, text::percent));
    environment.add_filter("fixed", |number: Option<f64>, decimals: u8| {
        shown(number, |n| text::fixed(n, decimals))
    });
    // A number of unknown size: whole if it is, else four significant digits or so.
    environment.add_filter("measure", |number: Option<f64>| {
        shown(number, text::measure)
    });
    // One cell of a table: numbers with the decimals of their column, a dash for nothing.
    environment.add_filter("cell", |cell: Value, decimals: u8| {
        match f64::try_from(cell.clone()) {
            _ if cell.is_none() => Value::from("–"),
            Ok(number) => Value::from(text::fixed(number, decimals)),
            Err(_) => cell,
        }
    });
    Ok(environment)
}

/// A number as text; a dash where there is none.
fn shown(number: Option<f64>, how: impl Fn(f64) -> String) -> String {
    number.map_or_else(|| "–".to_owned(), how)
}

/// Text that may stand inside HTML.
fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
