package directory

import (
	"math"
	"slices"
)

// The ids of the two areas that hold the others.
const (
	National = "national"
	County   = "oxfordshire"
)

// An Area is a place that services are for: a neighbourhood, a town, a district, the county, the nation.
type Area struct {
	ID        string   `yaml:"id"`
	Name      string   `yaml:"name"`
	Parent    string   `yaml:"parent,omitempty"`    // id of the next wider area, "" for the widest
	Names     []string `yaml:"names,omitempty"`     // what people type, with their spellings
	Postcodes []string `yaml:"postcodes,omitempty"` // districts "OX16" or sectors "OX3 9"; areas may share one
	Lat       float64  `yaml:"lat,omitempty"`       // degrees north of the equator; Lat and Long both 0: not known
	Long      float64  `yaml:"long,omitempty"`      // degrees east of Greenwich
}

// Areas is a set of areas that knows which holds which. It never changes and may be shared by goroutines.
type Areas struct {
	list  []Area
	index map[string]int
}

// NewAreas returns the areas of list, in its order. Of two with one id the first counts.
func NewAreas(list []Area) *Areas {
	a := &Areas{index: make(map[string]int, len(list))}
	for _, area := range list {
		if _, twice := a.index[area.ID]; !twice {
			a.index[area.ID] = len(a.list)
			a.list = append(a.list, area)
		}
	}
	return a
}

// All returns every area. The caller must not change it.
func (a *Areas) All() []Area { return a.list }

// Get returns the area with an id.
func (a *Areas) Get(id string) (Area, bool) {
	i, ok := a.index[id]
	if !ok {
		return Area{}, false
	}
	return a.list[i], true
}

// Chain returns the ids of an area and of the ever wider ones around it: barton, oxford, oxfordshire, national.
// It is nil for an unknown area and ends before an area it has named already.
func (a *Areas) Chain(id string) []string {
	var chain []string
	for area, ok := a.Get(id); ok && !slices.Contains(chain, area.ID); area, ok = a.Get(area.Parent) {
		chain = append(chain, area.ID)
	}
	return chain
}

// Within reports whether an area lies in a wider one. Every known area lies within itself.
func (a *Areas) Within(id, wider string) bool {
	return slices.Contains(a.Chain(id), wider)
}

// Nearest returns the id of the area whose point is nearest to a place given in degrees, or "" if no area has
// a point. A neighbourhood may win over the town around it. It says nothing about boundaries: offer the
// answer, don't state it.
func (a *Areas) Nearest(lat, long float64) string {
	nearest, best := "", math.Inf(1)
	for _, area := range a.list {
		if area.Lat == 0 && area.Long == 0 {
			continue
		}
		if d := distance(lat, long, area.Lat, area.Long); d < best {
			nearest, best = area.ID, d
		}
	}
	return nearest
}

// distance is the great-circle distance in kilometres between two points in degrees.
func distance(lat1, long1, lat2, long2 float64) float64 {
	const radius, rad = 6371, math.Pi / 180
	sinLat, sinLong := math.Sin((lat2-lat1)*rad/2), math.Sin((long2-long1)*rad/2)
	h := sinLat*sinLat + math.Cos(lat1*rad)*math.Cos(lat2*rad)*sinLong*sinLong
	return 2 * radius * math.Asin(math.Sqrt(min(h, 1)))
}
