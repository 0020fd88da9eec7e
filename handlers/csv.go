package handlers

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// byteOrderMark begins our CSV files. Without it Excel takes UTF-8 for the code
// page of the machine, and breaks every name with an accent. What reads our files
// back takes it off.
const byteOrderMark = "\ufeff"

// csvWriter writes CSV as RFC 4180 has it. Every cell is quoted, line ends within
// a cell stay as they are, and no cell is a formula to a spreadsheet.
type csvWriter struct{ out *bufio.Writer }

func newCSV(w io.Writer) csvWriter {
	c := csvWriter{bufio.NewWriter(w)}
	_, _ = c.out.WriteString(byteOrderMark) // Flush tells of an error
	return c
}

// row adds a row.
func (c csvWriter) row(cells ...string) {
	for i, cell := range cells {
		if i > 0 {
			_ = c.out.WriteByte(',')
		}
		_, _ = c.out.WriteString(`"` + strings.ReplaceAll(harmless(cell), `"`, `""`) + `"`)
	}
	_, _ = c.out.WriteString("\r\n")
}

// flush sends what was added, and tells of anything that went wrong.
func (c csvWriter) flush() error { return c.out.Flush() }

// formulaStart is what a spreadsheet may take for the beginning of a formula,
// full-width letters included.
const formulaStart = "=+-@\t\r\n＝＋－＠"

// harmless is cell as a text to any spreadsheet: one that could be a formula begins
// with an apostrophe.
func harmless(cell string) string {
	if first, size := utf8.DecodeRuneInString(cell); size > 0 && strings.ContainsRune(formulaStart, first) {
		return "'" + cell
	}
	return cell
}
