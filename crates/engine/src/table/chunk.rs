//! A column chunk, encoded by hand.
//!
//! The encoders of the `parquet` crate take a value at a time, and find the codes of texts again by
//! hashing every row; here whole pages of values are packed at once, and codes are packed as they
//! are given. That makes a column several times as fast. The chunk is an ordinary one, of the
//! encodings in the table of [`super`]: a page is the levels (unless the column is required) and
//! the values that are there. It is not compressed: packed integers and floats hardly get smaller.
//!
//! Source: Apache Parquet format, "Data Pages", "Encodings".

use super::bits::Bits;
use super::{delta, hybrid};
use parquet::basic::{Compression, Encoding, EncodingMask, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result;
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::reader::ChunkReader;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

/// The most rows of a page: few enough that a page of the log's records and what is made of them
/// stay in the second level of cache.
pub(crate) const PAGE: usize = 8_192;

/// The most labels that a coded column can have.
pub(crate) const MOST_LABELS: usize = 1 << 16;

/// A column chunk being encoded in memory, a page at a time.
///
/// Each of its methods but [`labels`](Self::labels) adds a page: which rows have a value, and the
/// values of those. The caller sees to it that the values are of the column's type, and that a
/// required column has no nulls.
pub(crate) struct Chunk {
    column: ColumnDescPtr,
    bytes: TrackedWrite<Vec<u8>>,
    /// Bits of a code.
    width: usize,
    has_labels: bool,
    encoding: Encoding,
    first_page: Option<u64>,
    rows: u64,
    values: u64,
    pages: i32,
    /// Where each page begins, and how long it is.
    offsets: OffsetIndexBuilder,
    /// The least and the greatest value, of timestamps.
    range: Option<(i64, i64)>,
}

impl Chunk {
    /// A chunk with room for so many bytes; it grows if there are more.
    pub(crate) fn new(column: ColumnDescPtr, bytes: usize) -> Self {
        Self {
            column,
            bytes: TrackedWrite::new(Vec::with_capacity(bytes)),
            width: 0,
            has_labels: false,
            encoding: Encoding::PLAIN,
            first_page: None,
            rows: 0,
            values: 0,
            pages: 0,
            offsets: OffsetIndexBuilder::new(),
            range: None,
        }
    }

    /// Writes the labels of a coded column, at most [`MOST_LABELS`]. They come before its pages.
    pub(crate) fn labels(&mut self, labels: &[impl AsRef<str>]) -> Result<()> {
        let mut plain = Vec::new();
        for label in labels {
            let label = label.as_ref().as_bytes();
            plain.extend_from_slice(&(label.len() as u32).to_le_bytes());
            plain.extend_from_slice(label);
        }
        let last = labels.len().saturating_sub(1) as u32;
        // A width of nothing is lawful, but not every reader expects it.
        self.width = (u32::BITS - last.leading_zeros()).max(1) as usize;
        self.has_labels = true;
        self.write(Page::DictionaryPage {
            num_values: labels.len() as u32,
            buf: plain.into(),
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })?;
        Ok(())
    }

    /// Codes: indices into the labels.
    pub(crate) fn codes(&mut self, present: &Bits, codes: &[u16]) -> Result<()> {
        let width = self.width;
        let size = codes.len() * width / 8;
        self.page(Encoding::RLE_DICTIONARY, present, size, |out| {
            out.push(width as u8);
            hybrid::pack(codes, width, out);
        })
    }

    pub(crate) fn i32s(&mut self, present: &Bits, values: &[i32]) -> Result<()> {
        let delta = Encoding::DELTA_BINARY_PACKED;
        self.page(delta, present, values.len() * 4, |out| {
            delta::delta(values, out);
        })
    }

    pub(crate) fn i64s(&mut self, present: &Bits, values: &[i64]) -> Result<()> {
        let delta = Encoding::DELTA_BINARY_PACKED;
        self.page(delta, present, values.len() * 4, |out| {
            delta::delta(values, out);
        })
    }

    /// Times are in order or nearly so: the earliest and the latest of a row group stand in the
    /// footer, so that a reader can skip the group.
    pub(crate) fn timestamps(&mut self, present: &Bits, values: &[i64]) -> Result<()> {
        if let (Some(least), Some(greatest)) = (values.iter().min(), values.iter().max()) {
            let (from, to) = self.range.unwrap_or((*least, *greatest));
            self.range = Some((from.min(*least), to.max(*greatest)));
        }
        self.i64s(present, values)
    }

    pub(crate) fn f32s(&mut self, present: &Bits, values: &[f32]) -> Result<()> {
        let split = Encoding::BYTE_STREAM_SPLIT;
        self.page(split, present, values.len() * 4, |out| {
            delta::split(values, f32::to_le_bytes, out);
        })
    }

    pub(crate) fn f64s(&mut self, present: &Bits, values: &[f64]) -> Result<()> {
        let split = Encoding::BYTE_STREAM_SPLIT;
        self.page(split, present, values.len() * 8, |out| {
            delta::split(values, f64::to_le_bytes, out);
        })
    }

    pub(crate) fn bools(&mut self, present: &Bits, values: &Bits) -> Result<()> {
        self.page(Encoding::PLAIN, present, values.len() / 8 + 8, |out| {
            let start = out.len();
            out.extend(values.words().iter().flat_map(|word| word.to_le_bytes()));
            out.truncate(start + values.len().div_ceil(8));
        })
    }

    /// Adds a page of values, about `size` bytes, that `encode` appends.
    fn page(
        &mut self,
        encoding: Encoding,
        present: &Bits,
        size: usize,
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> Result<()> {
        let mut page = Vec::with_capacity(size + present.len() / 8 + 64);
        if self.column.max_def_level() > 0 {
            page.extend_from_slice(&[0; 4]);
            hybrid::pack_levels(present, &mut page);
            let length = (page.len() - 4) as u32;
            page[..4].copy_from_slice(&length.to_le_bytes());
        }
        encode(&mut page);
        let (offset, size) = self.write(Page::DataPage {
            num_values: present.len() as u32,
            buf: page.into(),
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })?;
        self.first_page.get_or_insert(offset);
        self.offsets.append_offset_and_size(offset as i64, size);
        self.offsets.append_row_count(present.len() as i64);
        self.encoding = encoding;
        self.rows += present.len() as u64;
        self.values += present.ones() as u64;
        self.pages += 1;
        Ok(())
    }

    /// Writes a page as it is. Returns where it begins, and its bytes.
    fn write(&mut self, page: Page) -> Result<(u64, i32)> {
        let size = page.buffer().len();
        let page = CompressedPage::new(page, size);
        let written = SerializedPageWriter::new(&mut self.bytes).write_page(page)?;
        Ok((written.offset, written.bytes_written as i32))
    }

    /// The bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.bytes_written()
    }

    /// The chunk's bytes, and what the row group's footer says about them.
    pub(crate) fn close(self) -> Result<(impl ChunkReader, ColumnCloseResult)> {
        let bytes = self.bytes.into_inner()?;
        let size = bytes.len() as i64;
        let count = |page_type, encoding, count| PageEncodingStats {
            page_type,
            encoding,
            count,
        };
        let mut encodings = vec![Encoding::RLE, self.encoding];
        let mut pages = vec![count(PageType::DATA_PAGE, self.encoding, self.pages)];
        if self.has_labels {
            encodings.push(Encoding::PLAIN);
            pages.insert(0, count(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1));
        }
        let mut metadata = ColumnChunkMetaData::builder(self.column)
            .set_compression(Compression::UNCOMPRESSED)
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings.iter()))
            .set_page_encoding_stats(pages)
            .set_total_compressed_size(size)
            .set_total_uncompressed_size(size)
            .set_num_values(self.rows as i64)
            .set_dictionary_page_offset(self.has_labels.then_some(0))
            .set_data_page_offset(self.first_page.unwrap_or(size as u64) as i64);
        if let Some((least, greatest)) = self.range {
            let nulls = Some(self.rows - self.values);
            let range = Statistics::int64(Some(least), Some(greatest), None, nulls, false);
            metadata = metadata.set_statistics(range);
        }
        let close = ColumnCloseResult {
            bytes_written: size as u64,
            rows_written: self.rows,
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: None,
            offset_index: Some(self.offsets.build()),
        };
        // A page is the one owner of bytes whose buffer the crate lets others make and read.
        let whole = Page::DictionaryPage {
            buf: bytes.into(),
            num_values: 0,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        Ok((whole.buffer().clone(), close))
    }
}
