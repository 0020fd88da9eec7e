package handlers

import (
	"fmt"
	"math"

	"trellis/views"
	"trellis/web/diagram"
)

// What of a picture is printed on one sheet, across: on A4 its text is then 5.5
// points high, on A3 8. Sheets overlap, so that no box is cut on both.
const (
	sheetWidth   = 1900
	sheetHeight  = 1120
	sheetOverlap = 120
)

// sheets parts a picture for print. One that is legible on a single sheet has none.
func sheets(p diagram.Picture) []views.GraphSheet {
	columns, rows := portions(p.Width, sheetWidth), portions(p.Height, sheetHeight)
	if columns*rows == 1 {
		return nil
	}
	width, height := share(p.Width, columns), share(p.Height, rows)
	var out []views.GraphSheet
	for row := range rows {
		for column := range columns {
			x, y := float64(column)*(width-sheetOverlap), float64(row)*(height-sheetOverlap)
			out = append(out, views.GraphSheet{
				Name: fmt.Sprintf("Sheet %d of %d: row %d, column %d", len(out)+1, rows*columns, row+1, column+1),
				View: diagram.Number(x) + " " + diagram.Number(y) + " " + diagram.Number(width) + " " + diagram.Number(height),
			})
		}
	}
	return out
}

// portions is into how many overlapping parts a length goes, of which none is longer than most.
func portions(length, most float64) int {
	return max(1, int(math.Ceil((length-sheetOverlap)/(most-sheetOverlap))))
}

// share is how long each of n overlapping parts of a length is.
func share(length float64, n int) float64 {
	return (length + float64(n-1)*sheetOverlap) / float64(n)
}
