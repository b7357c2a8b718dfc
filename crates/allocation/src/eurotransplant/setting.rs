//! Countries, regions and centres, and the frequencies of antigens and blood groups.

use hailsham_scenario::{BuiltIn, Parameters, Problem, ScenarioError, Source, load};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Abo;
use crate::files::{FileError, Origin};
use crate::typing::{Determinants, Frequencies, Locus};

/// How frequent the antigens of donors are, 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AntigenFrequencies {
    /// Broad antigens at HLA-A.
    pub a: IndexMap<String, f64>,
    /// Broad antigens at HLA-B.
    pub b: IndexMap<String, f64>,
    /// Split antigens at HLA-DR.
    pub dr: IndexMap<String, f64>,
}

/// What is known of the places and the donors, before any donor comes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Setting {
    /// Broad antigens whose splits are not told apart.
    pub unsplittable: Vec<String>,
    /// The country of each first letter of a centre's code.
    pub countries: IndexMap<String, String>,
    /// The region of each centre.
    pub regions: IndexMap<String, String>,
    /// The sub-region of centres in the Senior Programme.
    pub subregions: IndexMap<String, String>,
    /// How frequent each blood group is among donors, 0 to 1.
    pub blood_groups: IndexMap<String, f64>,
    /// How frequent antigens are among donors.
    pub antigens: AntigenFrequencies,
}

impl Parameters for Setting {
    fn cross_check(&self) -> Vec<Problem> {
        let letter = |centre: &str| self.countries.contains_key(centre.get(..1).unwrap_or(""));
        let unknown = self.regions.keys().filter(|centre| !letter(centre));
        let mut problems: Vec<Problem> = unknown
            .map(|centre| Problem {
                path: format!("regions.{centre}"),
                message: "the first letter is that of no country".to_owned(),
                help: Some("add it to `countries`".to_owned()),
            })
            .collect();
        problems.extend(
            self.blood_groups
                .keys()
                .filter_map(|name| Some((name, name.parse::<Abo>().err()?)))
                .map(|(name, error)| Problem {
                    path: format!("blood_groups.{name}"),
                    message: error.to_string(),
                    help: None,
                }),
        );
        problems
    }
}

/// The setting that comes with the program.
pub const BUILT_IN_SETTING: BuiltIn = BuiltIn {
    name: "eurotransplant",
    text: include_str!("../../../../scenarios/allocation/eurotransplant.toml"),
    summary: "Eurotransplant's centres, regions and frequencies",
};

/// The antigens that come with the program, without alleles: broads and splits of all loci.
pub const BUILT_IN_ANTIGENS: Origin = Origin::BuiltIn(
    "antigens.csv",
    include_str!("../../../../scenarios/allocation/eurotransplant/antigens.csv"),
);

impl Setting {
    /// The antigens that come with the program, by which tissue types without alleles can be read.
    ///
    /// # Errors
    ///
    /// None, as long as the built-in table is right.
    pub fn antigens(&self) -> Result<Determinants, FileError> {
        let whole: Vec<&str> = self.unsplittable.iter().map(String::as_str).collect();
        Determinants::read_from(&BUILT_IN_ANTIGENS, &whole)
    }

    /// The setting that comes with the program.
    pub fn eurotransplant() -> Result<Self, ScenarioError> {
        let source = Source::Name(BUILT_IN_SETTING.name.to_owned());
        Ok(load(&source, &[BUILT_IN_SETTING], &[])?.value)
    }

    /// The frequencies, by the numbers of the determinants.
    pub fn frequencies(&self, determinants: &Determinants) -> Frequencies {
        let loci = [
            (Locus::A, &self.antigens.a),
            (Locus::B, &self.antigens.b),
            (Locus::Dr, &self.antigens.dr),
        ];
        let antigens = loci.into_iter().flat_map(|(locus, table)| {
            table
                .iter()
                .map(move |(name, frequency)| (locus, name.as_str(), *frequency))
        });
        let abo = Abo::ALL.map(|abo| self.blood_groups.get(abo.name()).copied().unwrap_or(0.0));
        Frequencies::new(determinants, antigens, abo)
    }
}

/// A centre and where it is, all by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The country.
    pub country: u8,
    /// The region.
    pub region: u16,
    /// The sub-region in the Senior Programme; `u16::MAX` where there is none.
    pub subregion: u16,
}

/// No sub-region.
pub(crate) const NO_SUBREGION: u16 = u16::MAX;

fn subregion(names: &mut Vec<String>, name: Option<&String>) -> u16 {
    name.map_or(NO_SUBREGION, |name| number(names, name) as u16)
}

/// Centres, countries and regions by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Geography {
    /// Names of countries.
    pub countries: Vec<String>,
    /// Codes of centres.
    pub centres: Vec<String>,
    /// Names of regions.
    pub regions: Vec<String>,
    /// Names of sub-regions.
    pub subregions: Vec<String>,
    /// Where each centre is.
    pub places: Vec<Place>,
    /// The sub-region that each code of the setting stands for.
    codes: Vec<(String, u16)>,
}

fn number(names: &mut Vec<String>, name: &str) -> usize {
    names
        .iter()
        .position(|other| other == name)
        .unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        })
}

impl Geography {
    /// Numbers the centres of a setting, in the order of its file.
    pub fn new(setting: &Setting) -> Self {
        let mut geography = Self::default();
        for country in setting.countries.values() {
            number(&mut geography.countries, country);
        }
        for (centre, region) in &setting.regions {
            let letter = centre.get(..1).unwrap_or("");
            let country = setting.countries.get(letter).map_or("", String::as_str);
            geography.centres.push(centre.clone());
            geography.places.push(Place {
                country: number(&mut geography.countries, country) as u8,
                region: number(&mut geography.regions, region) as u16,
                subregion: subregion(&mut geography.subregions, setting.subregions.get(centre)),
            });
        }
        // Codes that name no centre, such as those of the offices of regions.
        for (code, subregion) in &setting.subregions {
            let subregion = number(&mut geography.subregions, subregion) as u16;
            geography.codes.push((code.clone(), subregion));
        }
        geography
    }

    /// The number of the sub-region that a code of the setting stands for; `u16::MAX` for other codes.
    pub fn subregion(&self, code: &str) -> u16 {
        let mut codes = self.codes.iter();
        let found = codes.find(|(other, _)| other == code);
        found.map_or(NO_SUBREGION, |(_, subregion)| *subregion)
    }

    /// The number of a country's name.
    pub fn country(&self, name: &str) -> Option<u8> {
        let all = self.countries.iter();
        all.into_iter()
            .position(|other| other == name)
            .map(|at| at as u8)
    }
}
