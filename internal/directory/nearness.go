package directory

import "slices"

// How near an area is to the one asked for. 0 is the area itself, 1 a place within it, then come the wider ones.
const (
	district    = 2 // the next wider one: the district of a town, the county of a district
	widest      = 7 // the most that the wider ones reach
	basedInside = 6 // added if a service for a wider area names other places in it, where it must be based
	nationwide  = 14
	countyParts = 15 // places within the county, if that is asked for
	otherPlaces = 16 // from here on an area neither holds the one asked for nor lies in it
	farAway     = 31 // the area is not known
)

// number is the place of an area in the list, -1 for an unknown one.
func (a *Areas) number(id string) int {
	if n, ok := a.index[id]; ok {
		return n
	}
	return -1
}

// nearness grades every area by how near it is to each one, in rows; the first row is for no area in particular,
// which is the county. Areas beside the one asked for are graded by how wide the area is that holds both.
func (a *Areas) nearness() [][]uint8 {
	rows := make([][]uint8, len(a.list)+1)
	rows[0] = make([]uint8, len(a.list))
	for i, area := range a.list {
		rows[0][i] = nearnessOf(area.ID, []string{County, National}, true)
	}
	for i, from := range a.list {
		chain := a.Chain(from.ID)
		rows[i+1] = make([]uint8, len(a.list))
		for j, to := range a.list {
			near := nearnessOf(to.ID, chain, a.Within(to.ID, from.ID))
			shared := slices.IndexFunc(chain, func(wider string) bool { return a.Within(to.ID, wider) })
			if near == farAway && shared > 0 {
				near = uint8(min(otherPlaces+shared, farAway))
			}
			rows[i+1][j] = near
		}
	}
	return rows
}

// nearnessOf grades one area against the chain of another.
func nearnessOf(id string, chain []string, within bool) uint8 {
	at := slices.Index(chain, id)
	switch {
	case at == 0:
		return 0
	case id == National && at > 0:
		return nationwide
	case at > 0:
		return uint8(min(1+at, widest))
	case within && chain[0] == County:
		return countyParts
	case within:
		return 1
	}
	return farAway
}

// holds tells for every area which areas lie in it.
func (a *Areas) holds() [][]bool {
	rows := make([][]bool, len(a.list))
	for i, wider := range a.list {
		rows[i] = make([]bool, len(a.list))
		for j, area := range a.list {
			rows[i][j] = a.Within(area.ID, wider.ID)
		}
	}
	return rows
}

// nearness is that of the nearest area of a service. One for a town or district that is based in another part of it
// is less near than one for the county.
func (r *ranking) nearness(t *traits) uint8 {
	near, nearest := uint8(farAway), uint16(0)
	for _, area := range r.d.areaSets.list[t.areas] {
		if r.near[area] < near {
			near, nearest = r.near[area], area
		}
	}
	if near <= 1 || near > widest || int(nearest) == r.d.county {
		return near
	}
	for _, area := range r.d.areaSets.list[t.base] {
		if r.near[area] >= otherPlaces && r.d.holds[nearest][area] {
			return near + basedInside
		}
	}
	return near
}
