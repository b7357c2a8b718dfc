//! Tables come back as they went in, say what they mean, and refuse what they were not declared for.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_engine::table::{ColumnKind, ColumnSpec, TableError, TableReader, TableWriter};
use proptest::prelude::*;
use std::path::Path;

const fn column(name: &'static str, kind: ColumnKind, required: bool) -> ColumnSpec {
    ColumnSpec {
        name,
        kind,
        unit: "",
        text: "",
        required,
    }
}

/// One column of every kind.
const EVERY: &[ColumnSpec] = &[
    ColumnSpec {
        name: "id",
        kind: ColumnKind::U32,
        unit: "",
        text: "the \"person\"",
        required: true,
    },
    column("identity", ColumnKind::U64, false),
    column("year", ColumnKind::I32, false),
    ColumnSpec {
        name: "wait",
        kind: ColumnKind::F32,
        unit: "days",
        text: "time on the list",
        required: false,
    },
    column("lost", ColumnKind::F64, false),
    column("urgent", ColumnKind::Bool, false),
    column("sex", ColumnKind::Text, false),
    column("name", ColumnKind::Text, false),
    column("born", ColumnKind::Timestamp, false),
];

const SEXES: [&str; 2] = ["female", "male"];

#[derive(Clone, Debug)]
struct Row {
    id: u32,
    identity: Option<u64>,
    year: Option<i32>,
    wait: Option<f32>,
    lost: Option<f64>,
    urgent: Option<bool>,
    sex: Option<usize>,
    name: Option<String>,
    born: Option<i64>,
}

fn any_row() -> impl Strategy<Value = Row> {
    (
        any::<u32>(),
        any::<Option<u64>>(),
        any::<Option<i32>>(),
        any::<Option<u32>>(),
        any::<Option<u64>>(),
        any::<Option<bool>>(),
        prop::option::of(0..2_usize),
        any::<Option<String>>(),
        any::<Option<i64>>(),
    )
        .prop_map(
            |(id, identity, year, wait, lost, urgent, sex, name, born)| Row {
                id,
                identity,
                year,
                wait: wait.map(f32::from_bits),
                lost: lost.map(f64::from_bits),
                urgent,
                sex,
                name,
                born,
            },
        )
}

fn write(path: &Path, rows: &[Row], group_size: usize) -> Result<u64, TableError> {
    let about = [("run".to_owned(), "test".to_owned())];
    let mut writer = TableWriter::create(path, EVERY, &about)?;
    for rows in rows.chunks(group_size) {
        let mut group = writer.group(rows.len())?;
        group.u32("id", |row| Some(rows[row].id))?;
        group.u64("identity", |row| rows[row].identity)?;
        group.i32("year", |row| rows[row].year)?;
        group.f32("wait", |row| rows[row].wait)?;
        group.f64("lost", |row| rows[row].lost)?;
        group.bool("urgent", |row| rows[row].urgent)?;
        group.coded("sex", &SEXES, |row| rows[row].sex)?;
        group.text("name", |row, out| {
            let name = rows[row].name.as_deref();
            out.push_str(name.unwrap_or_default());
            name.is_some()
        })?;
        group.timestamp("born", |row| rows[row].born)?;
        group.close()?;
    }
    writer.close()
}

fn column_of<T>(rows: &[Row], value: impl Fn(&Row) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

#[track_caller]
fn assert_reads(path: &Path, rows: &[Row]) {
    let table = TableReader::open(path).unwrap();
    assert_eq!(table.rows(), rows.len());
    assert_eq!(
        table.u32("id").unwrap(),
        column_of(rows, |row| Some(row.id))
    );
    assert_eq!(
        table.u64("identity").unwrap(),
        column_of(rows, |row| row.identity)
    );
    assert_eq!(table.i32("year").unwrap(), column_of(rows, |row| row.year));
    // By bits: a NaN is a value like any other.
    let wait = table.f32("wait").unwrap();
    assert_eq!(
        column_of(rows, |row| row.wait.map(f32::to_bits)),
        wait.iter()
            .map(|value| value.map(f32::to_bits))
            .collect::<Vec<_>>()
    );
    let lost = table.f64("lost").unwrap();
    assert_eq!(
        column_of(rows, |row| row.lost.map(f64::to_bits)),
        lost.iter()
            .map(|value| value.map(f64::to_bits))
            .collect::<Vec<_>>()
    );
    assert_eq!(
        table.bool("urgent").unwrap(),
        column_of(rows, |row| row.urgent)
    );
    let sex = table.coded("sex").unwrap();
    assert!(sex.labels.len() <= 2);
    for (row, expected) in rows.iter().enumerate() {
        assert_eq!(sex.label(row), expected.sex.map(|code| SEXES[code]));
    }
    assert_eq!(sex.label(rows.len()), None);
    assert_eq!(
        table.text("name").unwrap(),
        column_of(rows, |row| row.name.clone())
    );
    assert_eq!(
        table.timestamp("born").unwrap(),
        column_of(rows, |row| row.born)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_kind_comes_back(
        rows in prop::collection::vec(any_row(), 0..100),
        group_size in 1..120_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.parquet");
        let bytes = write(&path, &rows, group_size).unwrap();
        prop_assert_eq!(bytes, std::fs::metadata(&path).unwrap().len());
        assert_reads(&path, &rows);
    }
}

/// Many rows: more than a chunk of the writer and more than a page.
fn many() -> Vec<Row> {
    (0..50_000_u32)
        .map(|id| {
            let mixed = id.wrapping_mul(2_654_435_761);
            let some = mixed % 3 != 0;
            Row {
                id,
                identity: some.then_some(u64::from(mixed) << 31),
                year: (mixed % 5 == 0).then_some(1955 + (id % 45) as i32),
                wait: some.then_some(mixed as f32),
                lost: None,
                urgent: Some(mixed % 7 == 0),
                sex: Some((mixed % 2) as usize),
                name: some.then(|| format!("Kathy {id}")),
                born: Some(-i64::from(id) * 60_000),
            }
        })
        .collect()
}

#[test]
fn long_tables_come_back_and_repeat_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("1"), folder.path().join("2"));
    let rows = many();
    write(&one, &rows, 33_333).unwrap();
    assert_reads(&one, &rows);
    write(&two, &rows, 33_333).unwrap();
    assert!(std::fs::read(&one).unwrap() == std::fs::read(&two).unwrap());
}

#[test]
fn the_file_says_what_its_columns_mean() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    write(&path, &many()[..10], 10).unwrap();
    let table = TableReader::open(&path).unwrap();
    let names: Vec<&str> = EVERY.iter().map(|spec| spec.name).collect();
    assert_eq!(table.columns(), names);
    for (info, spec) in table.column_infos().iter().zip(EVERY) {
        assert_eq!(info.kind, Some(spec.kind), "{}", spec.name);
        assert_eq!(info.required, spec.required, "{}", spec.name);
    }
    let wait = table.column("wait").unwrap();
    assert_eq!(
        (wait.unit.as_str(), wait.text.as_str()),
        ("days", "time on the list")
    );
    assert_eq!(table.column("id").unwrap().text, "the \"person\"");
    assert_eq!(table.key_value("run"), Some("test"));
    assert_eq!(table.key_value("nothing"), None);
    let json = table.key_value("hailsham.columns").unwrap();
    assert!(
        json.contains(r#""name":"wait","kind":"f32","unit":"days""#),
        "{json}"
    );
}

const TWO: &[ColumnSpec] = &[
    column("id", ColumnKind::U32, true),
    column("sex", ColumnKind::Text, false),
];

/// Runs `fill` on a group of three rows of the table `TWO`.
fn failing(fill: impl FnOnce(&mut TableWriter) -> Result<(), TableError>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.parquet");
    let mut writer = TableWriter::create(&path, TWO, &[]).unwrap();
    let error = fill(&mut writer).unwrap_err().to_string();
    drop(writer);
    assert!(
        matches!(
            TableReader::open(&path).err(),
            Some(TableError::Damaged { .. })
        ),
        "a file that failed must not look whole"
    );
    assert!(error.contains("two.parquet: "), "{error}");
    error.split_once("two.parquet: ").unwrap().1.to_owned()
}

#[test]
fn columns_out_of_turn() {
    let error = failing(|writer| writer.group(3)?.coded("sex", &SEXES, |_| None));
    assert_eq!(
        error,
        "column `sex` was given where `id` is due; columns come in the order of their declaration"
    );
    let error = failing(|writer| {
        let mut group = writer.group(3)?;
        group.u32("id", |_| Some(1))?;
        group.u32("age", |_| Some(1))
    });
    assert!(
        error.starts_with("column `age` was given where `sex` is due"),
        "{error}"
    );
    let error = failing(|writer| {
        let mut group = writer.group(3)?;
        group.u32("id", |_| Some(1))?;
        group.coded("sex", &SEXES, |_| None)?;
        group.u32("age", |_| Some(1))
    });
    assert!(
        error.contains("`age` was given where the end of the group is due"),
        "{error}"
    );
    let error = failing(|writer| {
        let mut group = writer.group(3)?;
        group.u32("id", |_| Some(1))?;
        group.close()
    });
    assert!(
        error.starts_with("the group ends where `sex` is due"),
        "{error}"
    );
}

#[test]
fn another_kind_than_declared() {
    let error = failing(|writer| writer.group(3)?.i32("id", |_| Some(1)));
    assert_eq!(error, "column `id` is u32, not i32");
}

#[test]
fn a_hole_in_a_required_column() {
    let error = failing(|writer| writer.group(3)?.u32("id", |row| (row != 2).then_some(1)));
    assert_eq!(
        error,
        "row 2 of column `id` has no value, and the column requires one"
    );
}

#[test]
fn a_code_without_a_label() {
    let error = failing(|writer| {
        let mut group = writer.group(3)?;
        group.u32("id", |_| Some(1))?;
        group.coded("sex", &SEXES, Some)
    });
    assert_eq!(
        error,
        "row 2 of column `sex` has code 2, but there are 2 labels"
    );
}

#[test]
fn coded_columns_of_every_width() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coded.parquet");
    let spec = |required| column("label", ColumnKind::Text, required);
    // More rows than a page of codes has; runs, noise and nulls in turn.
    let rows = 150_000;
    for labels in [1_usize, 2, 3, 255, 256, 257, 1_000, 65_536] {
        let names: Vec<String> = (0..labels).map(|label| format!("label {label}")).collect();
        let code = |row: usize| match row / 1_000 % 3 {
            0 => row.wrapping_mul(2_654_435_761) % labels,
            1 => row / 1_000 % labels,
            _ => labels - 1 - row % labels,
        };
        for required in [true, false] {
            let some = |row: usize| required || (row % 7 != 3 && row / 100 % 5 != 4);
            let mut writer = TableWriter::create(&path, &[spec(required)], &[]).unwrap();
            let mut group = writer.group(rows).unwrap();
            let value = |row| some(row).then(|| code(row));
            group.coded("label", &names, value).unwrap();
            group.close().unwrap();
            writer.close().unwrap();
            let found = TableReader::open(&path).unwrap().coded("label").unwrap();
            for row in 0..rows {
                let expected = value(row).map(|code| names[code].as_str());
                assert_eq!(found.label(row), expected, "{labels} labels, row {row}");
            }
        }
    }
    let many = vec![""; 65_537];
    let mut writer = TableWriter::create(&path, &[spec(false)], &[]).unwrap();
    let error = writer.group(1).unwrap().coded("label", &many, |_| None);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .ends_with("`label` has 65537 labels; at most 65536 are allowed")
    );
}

#[test]
fn groups_without_rows_and_columns_without_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let nothing = |id| Row {
        id,
        identity: None,
        year: None,
        wait: None,
        lost: None,
        urgent: None,
        sex: None,
        name: None,
        born: None,
    };
    let rows: Vec<Row> = (0..1_000).map(nothing).collect();
    write(&path, &rows, 400).unwrap();
    assert_reads(&path, &rows);

    let mut writer = TableWriter::create(&path, TWO, &[]).unwrap();
    for rows in [0, 2, 0] {
        let mut group = writer.group(rows).unwrap();
        group.u32("id", |row| Some(row as u32)).unwrap();
        group.coded("sex", &SEXES, Some).unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
    let table = TableReader::open(&path).unwrap();
    assert_eq!(table.u32("id").unwrap(), [Some(0), Some(1)]);
    assert_eq!(table.coded("sex").unwrap().labels, SEXES);
}

#[test]
fn declarations_that_no_table_can_have() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let error = |columns: &[ColumnSpec]| {
        TableWriter::create(&path, columns, &[])
            .err()
            .unwrap()
            .to_string()
    };
    let twice = [TWO[0], TWO[1], TWO[0]];
    assert!(error(&twice).ends_with("column `id` is declared twice"));
    assert!(error(&[]).ends_with("a table needs at least one column"));
    assert!(error(&[column("", ColumnKind::U32, true)]).ends_with("column 0 has no name"));
    assert!(!path.exists());
}

#[test]
fn asking_for_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    write(&path, &many()[..10], 10).unwrap();
    let table = TableReader::open(&path).unwrap();
    let error = table.u32("age").unwrap_err().to_string();
    assert!(
        error.contains("has no column `age`; it has id, identity, year"),
        "{error}"
    );
    let error = table.f64("wait").unwrap_err().to_string();
    assert!(error.ends_with("column `wait` is f32, not f64"), "{error}");
    let error = TableReader::open(folder.path().join("none")).err().unwrap();
    assert!(matches!(error, TableError::Open { .. }));
}

#[test]
fn not_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    for content in [&b""[..], b"PAR1", b"id,name\n1,Kathy\n", &[0xff; 5_000]] {
        std::fs::write(&path, content).unwrap();
        let error = TableReader::open(&path).err().unwrap();
        assert!(matches!(error, TableError::Damaged { .. }), "{error}");
    }
    write(&path, &many(), 20_000).unwrap();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = TableReader::open(&path).err().unwrap().to_string();
    assert!(
        error.contains("table.parquet is not a whole Parquet file"),
        "{error}"
    );
}

#[test]
fn a_full_disk() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: this system has no device that is always full");
        return;
    }
    let error = write(Path::new("/dev/full"), &many(), 20_000).unwrap_err();
    assert!(matches!(error, TableError::NoSpace { .. }), "{error}");
}

#[test]
fn a_place_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("table.parquet");
    let error = write(&path, &[], 1).unwrap_err();
    assert!(matches!(error, TableError::Create { .. }), "{error}");
    assert!(error.to_string().starts_with("cannot create "));
}

#[test]
fn row_groups_that_are_not_wanted_are_left_out() {
    const ONE: &[ColumnSpec] = &[ColumnSpec {
        name: "id",
        kind: ColumnKind::U32,
        unit: "",
        text: "",
        required: true,
    }];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("groups.parquet");
    let mut writer = TableWriter::create(&path, ONE, &[]).unwrap();
    let mut first = 0;
    for rows in [3, 10_000, 2] {
        let mut group = writer.group(rows).unwrap();
        group.u32("id", |row| Some(first + row as u32)).unwrap();
        group.close().unwrap();
        first += rows as u32;
    }
    writer.close().unwrap();
    let table = TableReader::open(&path).unwrap();
    assert_eq!(table.group_rows(), [3, 10_000, 2]);
    let table = table.with_groups(|group| group != 1);
    assert_eq!((table.rows(), table.group_rows()), (5, vec![3, 2]));
    let ids: Vec<u32> = table.u32("id").unwrap().into_iter().flatten().collect();
    assert_eq!(ids, [0, 1, 2, 10_003, 10_004]);
    let table = table.with_groups(|group| group == 1);
    assert_eq!(table.u32("id").unwrap(), [Some(10_003), Some(10_004)]);
}

/// Rows in several row groups, pages and kinds of columns: `n` as it is, its text, and every third
/// without a value.
fn numbered(path: &Path, groups: &[usize]) {
    let columns = &[
        column("id", ColumnKind::U32, true),
        column("few", ColumnKind::U32, false),
        column("name", ColumnKind::Text, false),
        column("even", ColumnKind::Bool, true),
    ];
    let mut table = TableWriter::create(path, columns, &[]).unwrap();
    let mut first = 0;
    for rows in groups {
        let id = |row: usize| (first + row) as u32;
        let mut group = table.group(*rows).unwrap();
        group.u32("id", |row| Some(id(row))).unwrap();
        group
            .u32("few", |row| (id(row) % 3 > 0).then_some(id(row) % 1_000))
            .unwrap();
        group
            .text("name", |row, out| {
                out.push_str(&id(row).to_string());
                id(row) % 3 > 0
            })
            .unwrap();
        group.bool("even", |row| Some(id(row) % 2 == 0)).unwrap();
        group.close().unwrap();
        first += rows;
    }
    table.close().unwrap();
}

#[test]
fn chosen_rows_are_those_of_the_whole_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    numbered(&path, &[30_000, 1, 20_000]);
    let whole = TableReader::open(&path).unwrap();
    let (few, name) = (whole.u32("few").unwrap(), whole.text("name").unwrap());
    let even = whole.bool("even").unwrap();
    #[allow(clippy::single_range_in_vec_init)] // Ranges of rows, not their numbers.
    let choices = [
        vec![0..1],
        vec![8_191..8_193, 29_999..30_002],
        vec![5..6, 7..8, 9_000..9_001, 45_000..50_001],
        vec![],
        vec![0..50_001],
    ];
    for choice in choices {
        // With the places of the pages and without.
        for mut table in [
            TableReader::open(&path).unwrap(),
            TableReader::open_for_rows(&path).unwrap(),
        ] {
            table.choose(choice.clone());
            let rows: Vec<usize> = choice.iter().cloned().flatten().collect();
            let of = |row: &usize| Some(*row as u32);
            assert_eq!(
                table.u32("id").unwrap(),
                rows.iter().map(of).collect::<Vec<_>>()
            );
            let of = |row: &usize| few[*row];
            assert_eq!(
                table.u32("few").unwrap(),
                rows.iter().map(of).collect::<Vec<_>>()
            );
            let of = |row: &usize| name[*row].clone();
            assert_eq!(
                table.text("name").unwrap(),
                rows.iter().map(of).collect::<Vec<_>>()
            );
            let of = |row: &usize| even[*row];
            assert_eq!(
                table.bool("even").unwrap(),
                rows.iter().map(of).collect::<Vec<_>>()
            );
            for wanted in [1, 500, 999, 1_001] {
                let with = |row: &usize| few[*row] == Some(wanted);
                let expected: Vec<usize> = rows.iter().copied().filter(with).collect();
                assert_eq!(table.rows_where("few", wanted).unwrap(), expected);
            }
        }
    }
}
