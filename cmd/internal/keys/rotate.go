package keys

import (
	"fmt"
	"os"
)

// Rotate puts a new master key in front of those in the file at path. Processes
// use it from their next start on; the old ones still open what they sealed.
func Rotate(path string) error {
	r, err := read(path)
	if err != nil {
		return err
	}
	if len(r.masters) == maxMasters {
		return fmt.Errorf("the file %s has %d master keys, and more is not possible: forget the old ones first", path, maxMasters)
	}
	r.masters = append([][]byte{fresh()}, r.masters...)
	if err := place(path, r, os.Rename); err != nil {
		return fmt.Errorf("replacing the master key: %w", err)
	}
	return nil
}

// Forget leaves only the newest master key in the file at path, and tells how
// many there were beside it. What nobody sealed anew since is lost.
func Forget(path string) (old int, err error) {
	r, err := read(path)
	if err != nil || len(r.masters) == 1 {
		return 0, err
	}
	old = len(r.masters) - 1
	r.masters = r.masters[:1]
	if err := place(path, r, os.Rename); err != nil {
		return 0, fmt.Errorf("replacing the master key: %w", err)
	}
	return old, nil
}
