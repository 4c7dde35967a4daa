package report

import (
	"bufio"
	"io"
)

// Table writes rows of text under the titles of their columns, as wide as the
// given width; 0 is without limit. Columns without content are left out, and the
// last gives way where the table is too wide.
func Table(w io.Writer, titles []string, rows [][]string, width int) error {
	t := &text{w: bufio.NewWriter(w), opts: Options{Width: width}}
	var columns []column
	cells := make([][]cell, len(rows))
	for i, title := range titles {
		empty := title == ""
		for _, row := range rows {
			empty = empty && row[i] == ""
		}
		if empty {
			continue
		}
		columns = append(columns, column{title: title, shrink: i == len(titles)-1})
		for k, row := range rows {
			cells[k] = append(cells[k], cell{text: row[i]})
		}
	}
	t.table(columns, cells)
	return t.flush()
}
