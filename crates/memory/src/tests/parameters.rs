//! Every parameter is declared whole, and the section loads.

use hailsham_scenario::{Source, describe, load};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Parameters;

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Programme {
    /// Memory.
    memory: Parameters,
}

impl hailsham_scenario::Parameters for Programme {}

#[test]
fn every_parameter_has_a_unit_and_a_source_and_a_default_within_its_range() {
    let all = describe::<Programme>(None);
    assert!(all.len() > 50);
    for parameter in all {
        assert!(!parameter.unit.is_empty(), "{}", parameter.path);
        assert!(!parameter.source.is_empty(), "{}", parameter.path);
    }
    let changed = ["memory.decay=0.4".to_owned()];
    let same = hailsham_scenario::BuiltIn {
        name: "same",
        text: "memory.decay = 0.5",
        summary: "Nothing is changed",
    };
    let source = Source::from_argument("same");
    let loaded = load::<Programme>(&source, std::slice::from_ref(&same), &changed);
    assert_eq!(loaded.unwrap().value.memory.decay, 0.4);
    let outside = ["memory.constancy=1.5".to_owned()];
    assert!(load::<Programme>(&source, &[same], &outside).is_err());
}
