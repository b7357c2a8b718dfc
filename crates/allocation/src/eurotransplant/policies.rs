//! The policies that come with the program.

use hailsham_scenario::BuiltIn;

use crate::rules::Policy;

/// The name under which policies ask for the attributes of this module.
pub const SYSTEM: &str = "eurotransplant";

/// The policies that come with the program.
pub const BUILT_IN_POLICIES: [BuiltIn; 9] = [
    BuiltIn {
        name: "etkas-2021",
        text: include_str!("../../../../scenarios/allocation/etkas-2021.toml"),
        summary: "Eurotransplant's kidneys of donors under 65",
    },
    BuiltIn {
        name: "esp-2021",
        text: include_str!("../../../../scenarios/allocation/esp-2021.toml"),
        summary: "Eurotransplant's Senior Programme: kidneys of donors of 65 and more",
    },
    BuiltIn {
        name: "etkidney-etkas",
        text: include_str!("../../../../scenarios/allocation/etkidney-etkas.toml"),
        summary: "etkas-2021 with the oddities of the ETKidney simulator",
    },
    BuiltIn {
        name: "etkidney-esp",
        text: include_str!("../../../../scenarios/allocation/etkidney-esp.toml"),
        summary: "esp-2021 with the oddities of the ETKidney simulator",
    },
    BuiltIn {
        name: "etkas-sliding-scale",
        text: include_str!("../../../../scenarios/allocation/etkas-sliding-scale.toml"),
        summary: "etkas-2021 with points on a sliding scale for the sensitised",
    },
    BuiltIn {
        name: "etkas-hla-dr",
        text: include_str!("../../../../scenarios/allocation/etkas-hla-dr.toml"),
        summary: "etkas-2021 with more weight on HLA-DR",
    },
    BuiltIn {
        name: "etkas-without-balances",
        text: include_str!("../../../../scenarios/allocation/etkas-without-balances.toml"),
        summary: "etkas-2021 without points for balances",
    },
    BuiltIn {
        name: "etkas-without-mismatch-probability",
        text: include_str!(
            "../../../../scenarios/allocation/etkas-without-mismatch-probability.toml"
        ),
        summary: "etkas-2021 without points for the mismatch probability",
    },
    BuiltIn {
        name: "etkas-without-distance",
        text: include_str!("../../../../scenarios/allocation/etkas-without-distance.toml"),
        summary: "etkas-2021 without points for distance",
    },
];

/// Profiles: a name, and the policies of the general and of the Senior Programme.
pub const PROFILES: [(&str, [&str; 2]); 2] = [
    ("eurotransplant-2021", ["etkas-2021", "esp-2021"]),
    ("etkidney", ["etkidney-etkas", "etkidney-esp"]),
];

/// The oddities of the list of registrations and of the balances, which both programmes share. The others are each
/// programme's own.
const SHARED_ODDITIES: [&str; 7] = [
    "eligibility_pauses",
    "balances_a_day_late",
    "regional_balance_of_any_age",
    "later_registrations_stay",
    "homozygous_by_splits",
    "mismatch_probability_by_splits",
    "order_of_a_fortnight",
];

/// An oddity that holds for both programmes together and is on in one policy and off in the other, and which of them
/// has it on; none if there is none.
pub(crate) fn differing_oddity(policies: [&Policy; 2]) -> Option<(&'static str, usize)> {
    let [one, other] = policies.map(|policy| policy.quirks().named());
    let mut pairs = one.into_iter().zip(other);
    let differs =
        |(name, on): (&str, bool), also: bool| SHARED_ODDITIES.contains(&name) && on != also;
    let found = pairs.find(|(one, (_, also))| differs(*one, *also));
    found.map(|((name, on), _)| (name, usize::from(!on)))
}
