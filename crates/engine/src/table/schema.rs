//! From column declarations to Parquet's schema and writer properties, and back.

use super::chunk::PAGE;
use super::{ColumnKind, ColumnSpec, TableError};
use parquet::basic::{
    Compression, Encoding, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::{ColumnDescriptor, ColumnPath, Type, TypePtr};
use std::path::Path;
use std::sync::Arc;

/// The key under which a file tells the units and meanings of its columns.
pub(crate) const COLUMNS_KEY: &str = "hailsham.columns";

/// Values that the encoder takes at once.
const WRITE_BATCH: usize = 4_096;

/// How a kind is stored: physical type, logical type, encoding (`None`: the default).
fn storage(kind: ColumnKind) -> (Physical, Option<LogicalType>, Option<Encoding>) {
    let delta = Some(Encoding::DELTA_BINARY_PACKED);
    let split = Some(Encoding::BYTE_STREAM_SPLIT);
    match kind {
        ColumnKind::U32 => (
            Physical::INT32,
            Some(LogicalType::integer(32, false)),
            delta,
        ),
        ColumnKind::U64 => (
            Physical::INT64,
            Some(LogicalType::integer(64, false)),
            delta,
        ),
        ColumnKind::I32 => (Physical::INT32, None, delta),
        ColumnKind::F32 => (Physical::FLOAT, None, split),
        ColumnKind::F64 => (Physical::DOUBLE, None, split),
        ColumnKind::Bool => (Physical::BOOLEAN, None, None),
        ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), None),
        ColumnKind::Timestamp => (
            Physical::INT64,
            Some(LogicalType::timestamp(false, TimeUnit::MILLIS)),
            delta,
        ),
    }
}

/// The kind of a stored column, or `None` if it is of a type that no kind is stored as.
pub(crate) fn kind_of(column: &ColumnDescriptor) -> Option<ColumnKind> {
    if column.max_rep_level() > 0 || column.max_def_level() > 1 {
        return None;
    }
    let logical = column.logical_type_ref();
    let same = |kind: &ColumnKind| {
        let (physical, expected, _) = storage(*kind);
        physical == column.physical_type() && expected.as_ref() == logical
    };
    ColumnKind::ALL
        .into_iter()
        .find(same)
        .or_else(|| match (column.physical_type(), logical) {
            // Other writers state the signedness of plain integers.
            (Physical::INT32, Some(LogicalType::Integer(int))) if int.is_signed => {
                Some(ColumnKind::I32)
            }
            _ => None,
        })
}

/// The schema of a table.
pub(crate) fn schema(columns: &[ColumnSpec]) -> Result<TypePtr, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| {
            let (physical, logical, _) = storage(column.kind);
            let repetition = if column.required {
                Repetition::REQUIRED
            } else {
                Repetition::OPTIONAL
            };
            Type::primitive_type_builder(column.name, physical)
                .with_logical_type(logical)
                .with_repetition(repetition)
                .build()
                .map(Arc::new)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("table")
        .with_fields(fields)
        .build()
        .map(Arc::new)
}

/// How a table is encoded, and what is said about it at its end.
pub(crate) fn properties(
    columns: &[ColumnSpec],
    key_values: &[(String, String)],
) -> Result<WriterProperties, ParquetError> {
    let mut about = vec![KeyValue::new(COLUMNS_KEY.to_owned(), describe(columns))];
    about.extend(
        key_values
            .iter()
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone())),
    );
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_write_batch_size(WRITE_BATCH)
        // Where the pages are stands at the end, so that a few rows can be read without the others.
        .set_data_page_row_count_limit(PAGE)
        // Row groups are cut by the caller, by row count.
        .set_max_row_group_row_count(None)
        .set_key_value_metadata(Some(about));
    for column in columns {
        let path = ColumnPath::from(column.name);
        let (_, _, encoding) = storage(column.kind);
        let dictionary = column.kind == ColumnKind::Text;
        if has_statistics(column.kind) {
            builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
        }
        builder = builder.set_column_dictionary_enabled(path.clone(), dictionary);
        if let Some(encoding) = encoding {
            builder = builder.set_column_encoding(path, encoding);
        }
    }
    Ok(builder.build())
}

/// Whether the earliest and the latest value of a row group are noted in the footer, so that a
/// reader can skip the group. Times are in order or nearly so; for other columns, of which few are,
/// it would cost time for nothing.
fn has_statistics(kind: ColumnKind) -> bool {
    kind == ColumnKind::Timestamp
}

/// The list of columns as JSON.
fn describe(columns: &[ColumnSpec]) -> String {
    let list: Vec<_> = columns
        .iter()
        .map(|column| {
            serde_json::json!({
                "name": column.name,
                "kind": column.kind.name(),
                "unit": column.unit,
                "text": column.text,
                "required": column.required,
            })
        })
        .collect();
    serde_json::Value::Array(list).to_string()
}

/// Refuses a list of columns that no table can have.
pub(crate) fn check(path: &Path, columns: &[ColumnSpec]) -> Result<(), TableError> {
    let wrong = |detail: String| TableError::Declaration {
        path: path.to_path_buf(),
        detail,
    };
    if columns.is_empty() {
        return Err(wrong("a table needs at least one column".to_owned()));
    }
    for (index, column) in columns.iter().enumerate() {
        if column.name.is_empty() {
            return Err(wrong(format!("column {index} has no name")));
        }
        if columns[..index]
            .iter()
            .any(|other| other.name == column.name)
        {
            return Err(wrong(format!("column `{}` is declared twice", column.name)));
        }
    }
    Ok(())
}
