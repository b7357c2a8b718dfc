//! The nearest valid name, for messages about a wrong one.

/// The candidate most like `wanted`, or none when nothing is like it.
///
/// Two measures are added: Jaro-Winkler, which forgives a wrong ending, and Damerau-Levenshtein,
/// which forgives a slip of the fingers. Case and the choice between `-` and `_` do not count. Of
/// two equally near, the first wins.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(wanted);
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let other = plain(candidate);
        let winkler = strsim::jaro_winkler(&wanted, &other);
        let edits = strsim::normalized_damerau_levenshtein(&wanted, &other);
        if winkler < 0.85 && edits < 0.6 {
            continue;
        }
        let likeness = winkler + edits;
        if best.is_none_or(|(so_far, _)| likeness > so_far) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// At most 80 characters of it, in one spelling: a longer name is not a slip of the fingers, and
/// the measures take time in the product of the lengths.
fn plain(name: &str) -> String {
    name.chars()
        .take(80)
        .flat_map(char::to_lowercase)
        .map(|c| if c == '-' || c == ' ' { '_' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_forgiven_and_strangers_are_not() {
        let names = ["intercept", "retire_after", "choice", "cap"];
        assert_eq!(nearest("retire_aftr", names), Some("retire_after"));
        assert_eq!(nearest("Retire-After", names), Some("retire_after"));
        assert_eq!(nearest("cpa", names), Some("cap"));
        assert_eq!(nearest("zebra", names), None);
        assert_eq!(nearest("", names), None);
    }
}
