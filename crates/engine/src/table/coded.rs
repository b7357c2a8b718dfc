//! A text column that is given as codes, encoded by hand.
//!
//! The encoder of the `parquet` crate takes texts and finds their codes again by hashing every
//! row; here the codes are there already, and are packed as they are. That makes the column five
//! times as fast. The chunk is an ordinary dictionary-encoded one: the labels in the order of
//! their codes, then pages of codes in Parquet's hybrid of run lengths and packed bits. It is not
//! compressed: little would be gained.
//!
//! Source: Apache Parquet format, "Encodings", sections "RLE / Bit-Packing Hybrid" and
//! "Dictionary Encoding".

use parquet::basic::{Compression, Encoding, EncodingMask, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result;
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::reader::ChunkReader;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

/// Rows of a page.
pub(super) const PAGE: usize = 65_536;

/// The most labels that a coded column can have.
pub(super) const MOST_LABELS: usize = 1 << 16;

/// Values are packed in groups of this many, and shorter runs are not worth a header.
const PACK: usize = 8;

/// A column chunk being encoded in memory.
pub(super) struct CodedChunk {
    column: ColumnDescPtr,
    bytes: TrackedWrite<Vec<u8>>,
    nullable: bool,
    /// Bits of a code.
    width: usize,
    first_page: Option<u64>,
    rows: u64,
    pages: i32,
}

impl CodedChunk {
    /// Begins a chunk with its dictionary. There are at most [`MOST_LABELS`] labels.
    pub(super) fn new(column: ColumnDescPtr, labels: &[impl AsRef<str>]) -> Result<Self> {
        let mut plain = Vec::new();
        for label in labels {
            let label = label.as_ref().as_bytes();
            plain.extend_from_slice(&(label.len() as u32).to_le_bytes());
            plain.extend_from_slice(label);
        }
        let nullable = column.max_def_level() > 0;
        let last = labels.len().saturating_sub(1) as u32;
        let mut chunk = Self {
            column,
            bytes: TrackedWrite::new(Vec::new()),
            nullable,
            // A width of nothing is lawful, but not every reader expects it.
            width: (u32::BITS - last.leading_zeros()).max(1) as usize,
            first_page: None,
            rows: 0,
            pages: 0,
        };
        chunk.write(Page::DictionaryPage {
            num_values: labels.len() as u32,
            buf: plain.into(),
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })?;
        Ok(chunk)
    }

    /// Adds a page: a level (1 value, 0 null) for each row, and the codes of the rows that have a
    /// value.
    pub(super) fn page(&mut self, levels: &[u16], codes: &[u16]) -> Result<()> {
        let mut page = Vec::with_capacity(codes.len() * self.width / 8 + levels.len() / 8 + 64);
        if self.nullable {
            page.extend_from_slice(&[0; 4]);
            pack(levels, 1, &mut page);
            let length = (page.len() - 4) as u32;
            page[..4].copy_from_slice(&length.to_le_bytes());
        }
        page.push(self.width as u8);
        pack(codes, self.width, &mut page);
        let offset = self.write(Page::DataPage {
            num_values: levels.len() as u32,
            buf: page.into(),
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })?;
        self.first_page.get_or_insert(offset);
        self.rows += levels.len() as u64;
        self.pages += 1;
        Ok(())
    }

    /// Writes a page as it is. Returns where it begins.
    fn write(&mut self, page: Page) -> Result<u64> {
        let size = page.buffer().len();
        let page = CompressedPage::new(page, size);
        Ok(SerializedPageWriter::new(&mut self.bytes)
            .write_page(page)?
            .offset)
    }

    /// The chunk's bytes, and what the row group's footer says about them.
    pub(super) fn close(self) -> Result<(impl ChunkReader, ColumnCloseResult)> {
        let bytes = self.bytes.into_inner()?;
        let size = bytes.len() as i64;
        let stats = |page_type, encoding, count| PageEncodingStats {
            page_type,
            encoding,
            count,
        };
        let encodings = [Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY];
        let metadata = ColumnChunkMetaData::builder(self.column)
            .set_compression(Compression::UNCOMPRESSED)
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings.iter()))
            .set_page_encoding_stats(vec![
                stats(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1),
                stats(PageType::DATA_PAGE, Encoding::RLE_DICTIONARY, self.pages),
            ])
            .set_total_compressed_size(size)
            .set_total_uncompressed_size(size)
            .set_num_values(self.rows as i64)
            .set_dictionary_page_offset(Some(0))
            .set_data_page_offset(self.first_page.unwrap_or(size as u64) as i64)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: size as u64,
            rows_written: self.rows,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
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

/// Appends `values`, each of `width` bits (1 to 16), in the hybrid of run lengths and packed bits.
fn pack(values: &[u16], width: usize, out: &mut Vec<u8>) {
    let mut packed_from = 0;
    let mut at = 0;
    while at + PACK <= values.len() {
        let first = values[at];
        if values[at..at + PACK].iter().any(|value| *value != first) {
            at += PACK;
            continue;
        }
        let more = values[at + PACK..]
            .iter()
            .position(|value| *value != first)
            .unwrap_or(values.len() - at - PACK);
        pack_bits(&values[packed_from..at], width, out);
        varint(((PACK + more) as u64) << 1, out);
        out.extend_from_slice(&first.to_le_bytes()[..width.div_ceil(8)]);
        at += PACK + more;
        packed_from = at;
    }
    pack_bits(&values[packed_from..], width, out);
}

/// Appends one run of packed bits. Only the last run of a page may not be a multiple of [`PACK`]
/// long; it is filled with zeros, and the page's number of values says where it ends.
fn pack_bits(values: &[u16], width: usize, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    varint((values.len().div_ceil(PACK) as u64) << 1 | 1, out);
    for group in values.chunks(PACK) {
        let mut bits = 0_u128;
        for (index, value) in group.iter().enumerate() {
            bits |= u128::from(*value) << (index * width);
        }
        // Eight values of `width` bits are `width` bytes.
        out.extend_from_slice(&bits.to_le_bytes()[..width]);
    }
}

/// Appends an unsigned number, seven bits a byte, the lowest first.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(values: &[u16], width: usize) -> Vec<u8> {
        let mut out = Vec::new();
        pack(values, width, &mut out);
        out
    }

    #[test]
    fn the_examples_of_the_format() {
        // "Bit-packing": the numbers 0 to 7 in 3 bits are 10001000 11000110 11111010.
        let numbers: Vec<u16> = (0..8).collect();
        assert_eq!(
            packed(&numbers, 3),
            [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]
        );
        // A run of one hundred 4s: twice the length as a varint, then the value.
        assert_eq!(packed(&[4; 100], 3), [0b1100_1000, 0b1, 4]);
        assert_eq!(packed(&[700; 8], 10), [16, 0xBC, 0x02]);
        assert!(packed(&[], 3).is_empty());
    }

    /// Reads the hybrid again, as the format describes it.
    fn unpacked(mut bytes: &[u8], width: usize, count: usize) -> Vec<u16> {
        let mut values = Vec::new();
        while !bytes.is_empty() {
            let (mut header, mut shift) = (0_usize, 0);
            loop {
                let byte = bytes[0];
                bytes = &bytes[1..];
                header |= usize::from(byte & 0x7F) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            if header & 1 == 0 {
                let length = width.div_ceil(8);
                let mut value = [0; 2];
                value[..length].copy_from_slice(&bytes[..length]);
                bytes = &bytes[length..];
                values.resize(values.len() + (header >> 1), u16::from_le_bytes(value));
            } else {
                let length = (header >> 1) * width;
                let bit = |at: usize| u16::from(bytes[at / 8] >> (at % 8) & 1);
                for index in 0..(header >> 1) * PACK {
                    values.push((0..width).map(|b| bit(index * width + b) << b).sum());
                }
                bytes = &bytes[length..];
            }
        }
        assert!(values.len() >= count && values.len() < count + PACK);
        values.truncate(count);
        values
    }

    proptest::proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            runs in proptest::collection::vec((0..=u16::MAX, 1..40_usize), 0..60),
            width in 1..=16_usize,
        ) {
            let values: Vec<u16> = runs
                .iter()
                .flat_map(|(value, length)| std::iter::repeat_n(value >> (16 - width), *length))
                .collect();
            let bytes = packed(&values, width);
            proptest::prop_assert_eq!(unpacked(&bytes, width, values.len()), values);
        }
    }
}
