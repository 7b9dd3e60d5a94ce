//! Lists of areas that one can be put into and taken out of at once.

/// Marks an area that is in no list.
const NOWHERE: u32 = u32::MAX;

/// Lists of which each area is in one, or in none.
#[derive(Clone, Debug)]
pub(super) struct Rolls {
    lists: Vec<Vec<u32>>,
    /// Where each area stands in its list.
    place: Vec<u32>,
}

impl Rolls {
    pub(super) fn new(lists: usize, areas: usize) -> Self {
        Self { lists: vec![Vec::new(); lists], place: vec![NOWHERE; areas] }
    }

    /// The areas of a list; their order is the history of comings and goings.
    pub(super) fn of(&self, list: usize) -> &[u32] {
        &self.lists[list]
    }

    pub(super) fn has(&self, area: usize) -> bool {
        self.place[area] != NOWHERE
    }

    pub(super) fn put(&mut self, list: usize, area: usize) {
        let list = &mut self.lists[list];
        self.place[area] = as_place(list.len());
        list.push(as_place(area));
    }

    /// Takes an area out of the list it is in.
    pub(super) fn take(&mut self, list: usize, area: usize) {
        let place = std::mem::replace(&mut self.place[area], NOWHERE);
        let list = &mut self.lists[list];
        list.swap_remove(place as usize);
        if let Some(&filler) = list.get(place as usize) {
            self.place[filler as usize] = place;
        }
    }
}

/// A number of an area or a school, as lists keep it.
pub(super) fn as_place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NOWHERE)
}
