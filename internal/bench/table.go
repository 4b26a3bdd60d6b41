package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A table is printed as Markdown once its rows are measured.
type table struct {
	title   string
	columns []string
	rows    [][]string
}

// add adds a row, of texts and of numbers that are shown with three digits.
func (t *table) add(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = show(c)
	}
	t.rows = append(t.rows, row)
}

// show writes a number as a person reads it.
func show(v any) string {
	switch v := v.(type) {
	case int:
		return thousands(fmt.Sprint(v))
	case float64:
		switch {
		case v >= 100:
			return thousands(fmt.Sprintf("%.0f", v))
		case v >= 10:
			return fmt.Sprintf("%.1f", v)
		}
		return fmt.Sprintf("%.2f", v)
	case time.Duration:
		switch {
		case v >= time.Second:
			return fmt.Sprintf("%.1f s", v.Seconds())
		case v >= time.Millisecond:
			return fmt.Sprintf("%.1f ms", v.Seconds()*1e3)
		}
		return fmt.Sprintf("%.1f us", v.Seconds()*1e6)
	}
	return fmt.Sprint(v)
}

func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// reached compares a figure with its aim, of which it is to be under.
func reached[N int | float64 | time.Duration](figure, under N) string {
	if figure < under {
		return "reached"
	}
	return "not reached"
}

// reachedLeast compares a ratio with the least that it is to be.
func reachedLeast(ratio, least float64) string {
	if ratio >= least {
		return "reached"
	}
	return "not reached"
}

func (t *table) print(w io.Writer) {
	line := func(cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	fmt.Fprintf(w, "\n**%s**\n\n", t.title)
	line(t.columns)
	line(slices.Repeat([]string{"---"}, len(t.columns)))
	for _, row := range t.rows {
		line(row)
	}
}

// quantile returns the value below which a part of the values lie. None is 0.
func quantile[N int | float64 | time.Duration](values []N, part float64) N {
	if len(values) == 0 {
		return 0
	}
	values = slices.Sorted(slices.Values(values))
	return values[min(int(part*float64(len(values))), len(values)-1)]
}

func median[N int | float64 | time.Duration](values []N) N { return quantile(values, 0.5) }

// ratio returns the median of a over b, round by round, as rounds share their neighbours.
func ratio(a, b []float64) float64 {
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = a[i] / b[i]
	}
	return median(ratios)
}
