//! The subject that is meant.

use hailsham_scenario::nearest;

/// What a subject is called.
pub(crate) struct Names<'a> {
    pub(crate) key: &'a str,
    pub(crate) id: &'a str,
    pub(crate) subject: &'a str,
}

/// The keys of the subjects that are meant: by key, by id, by subject, or by the part of the subject
/// before a point, which several may share.
pub(crate) fn find<'a>(
    names: impl Iterator<Item = Names<'a>>,
    asked: &str,
) -> Result<Vec<&'a str>, String> {
    let plain = |name: &str| name.trim().to_lowercase().replace(['-', ' '], "_");
    let wanted = plain(asked);
    let all: Vec<Names<'a>> = names.collect();
    let exact = |names: &&Names<'a>| {
        let own = [names.key, names.id, names.subject];
        own.iter()
            .any(|name| !name.is_empty() && plain(name) == wanted)
    };
    let part = |names: &&Names<'a>| {
        let whole = names.subject.rsplit_once('.');
        whole.is_some_and(|(whole, _)| plain(whole) == wanted)
    };
    let mut found: Vec<&'a str> = all.iter().filter(exact).map(|names| names.key).collect();
    for names in all.iter().filter(part) {
        if !found.contains(&names.key) {
            found.push(names.key);
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let candidates = all
        .iter()
        .flat_map(|names| [names.key, names.id, names.subject])
        .filter(|name| !name.is_empty());
    let near = nearest(asked, candidates).map(|near| format!(": did you mean `{near}`?"));
    Err(format!(
        "no subject is called `{asked}`{}",
        near.unwrap_or_else(|| "; `hailsham testimony --all` lists them".to_owned())
    ))
}
