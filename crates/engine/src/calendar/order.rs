//! Putting the words of one day in order.
//!
//! Words of a day differ in the lowest bits of their time first of all, so counting them by minute, or where
//! there are few words for so many minutes two passes of a radix sort, do nearly all, in less than half the
//! time of a sort by comparisons; words of the same minute are few, and are sorted among themselves.

use super::TIME_SHIFT;

/// Bits of the time that one pass sorts by.
const DIGIT: u32 = 6;
const DIGITS: usize = 1 << DIGIT;

/// Fewer words than this are sorted by comparisons.
const FEW: usize = 40;

/// So many minutes at most for each word, and one pass that counts every minute is cheaper than two.
const SPARSE: usize = 8;

/// Sorts words whose times lie in a bucket; `aside` is room that is kept for the next time.
pub(super) fn sort(words: &mut Vec<u64>, aside: &mut Vec<u64>, minutes: &mut Vec<u32>) {
    let (least, most) = words.iter().fold((u64::MAX, 0), |(least, most), &word| {
        (least.min(word), most.max(word))
    });
    let first = least >> TIME_SHIFT;
    let minute = |word: u64| ((word >> TIME_SHIFT) - first) as usize;
    if words.len() < FEW || minute(most) >= DIGITS * DIGITS {
        words.sort_unstable();
        return;
    }
    // What was there is overwritten.
    aside.resize(words.len(), 0);
    if minute(most) < words.len() * SPARSE {
        minutes.clear();
        minutes.resize(minute(most) + 1, 0);
        for &word in words.iter() {
            minutes[minute(word)] += 1;
        }
        starts(minutes);
        for &word in words.iter() {
            place(aside, &mut minutes[minute(word)], word);
        }
        std::mem::swap(words, aside);
    } else {
        let low = |word: u64| minute(word) % DIGITS;
        let high = |word: u64| minute(word) / DIGITS;
        let (mut lows, mut highs) = ([0_u32; DIGITS], [0_u32; DIGITS]);
        for &word in words.iter() {
            lows[low(word)] += 1;
            highs[high(word)] += 1;
        }
        starts(&mut lows);
        starts(&mut highs);
        for &word in words.iter() {
            place(aside, &mut lows[low(word)], word);
        }
        for &word in aside.iter() {
            place(words, &mut highs[high(word)], word);
        }
    }
    for same in words.chunk_by_mut(|one, next| one >> TIME_SHIFT == next >> TIME_SHIFT) {
        sort_same(same);
    }
}

/// Sorts the words of one minute. Which of two is the greater no processor can guess, so few are put in order
/// without a branch, by networks of the fewest comparisons (Knuth, The Art of Computer Programming 3, 5.3.4).
#[inline]
fn sort_same(words: &mut [u64]) {
    // As a rule it is one.
    if words.len() < 2 {
        return;
    }
    match words.len() {
        2 => network::<2>(words, &[(0, 1)]),
        3 => network::<3>(words, &[(0, 2), (0, 1), (1, 2)]),
        4 => network::<4>(words, &[(0, 2), (1, 3), (0, 1), (2, 3), (1, 2)]),
        5 => network::<5>(words, &FIVE),
        6 => network::<6>(words, &SIX),
        _ => words.sort_unstable(),
    }
}

const FIVE: [(usize, usize); 9] = [
    (0, 3),
    (1, 4),
    (0, 2),
    (1, 3),
    (0, 1),
    (2, 4),
    (1, 2),
    (3, 4),
    (2, 3),
];

const SIX: [(usize, usize); 12] = [
    (0, 5),
    (1, 3),
    (2, 4),
    (1, 2),
    (3, 4),
    (0, 3),
    (2, 5),
    (0, 1),
    (2, 3),
    (4, 5),
    (1, 2),
    (3, 4),
];

/// Puts the lesser of each pair first, one pair after the other.
#[inline]
fn network<const WORDS: usize>(words: &mut [u64], pairs: &[(usize, usize)]) {
    if let Some(words) = words.first_chunk_mut::<WORDS>() {
        // A copy, which fits the registers.
        let mut sorted = *words;
        for &(one, other) in pairs {
            let (least, most) = (
                sorted[one].min(sorted[other]),
                sorted[one].max(sorted[other]),
            );
            (sorted[one], sorted[other]) = (least, most);
        }
        *words = sorted;
    }
}

/// From how many there are of each to where each begins.
fn starts(counts: &mut [u32]) {
    let mut start = 0;
    for count in counts {
        start += std::mem::replace(count, start);
    }
}

#[inline]
fn place(words: &mut [u64], next: &mut u32, word: u64) {
    words[*next as usize] = word;
    *next += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What sorts every row of zeros and ones sorts everything (Knuth, 5.3.4, theorem Z).
    #[test]
    fn networks_sort() {
        for count in 0..=8 {
            for pattern in 0..1_u64 << count {
                let mut words: Vec<u64> = (0..count).map(|place| pattern >> place & 1).collect();
                sort_same(&mut words);
                assert!(words.is_sorted(), "{count} words, {pattern:b}: {words:?}");
                assert_eq!(words.iter().sum::<u64>(), u64::from(pattern.count_ones()));
            }
        }
    }

    #[test]
    fn words_come_out_in_order() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let (mut aside, mut minutes_of) = (Vec::new(), Vec::new());
        for count in [0, 1, 2, FEW - 1, FEW, 100, 1000, 20_000] {
            for minutes in [1, 3, 60, 1440, 4096, 4097, 1 << 20] {
                let first = random() % 10_000;
                let mut words: Vec<u64> = (0..count)
                    .map(|_| (first + random() % minutes) << TIME_SHIFT | random() >> 40)
                    .collect();
                let mut expected = words.clone();
                expected.sort_unstable();
                sort(&mut words, &mut aside, &mut minutes_of);
                assert_eq!(words, expected, "{count} words in {minutes} minutes");
            }
        }
    }
}
