package upstream

import "errors"

// CheckList is nil for a list of an answer that is there and whose records all
// have what key gives: their id. An answer without is right JSON and yet no
// answer; taken for true, it would tell people that there is nothing.
func CheckList[T any](list []T, key func(T) string) error {
	if list == nil {
		return nonsense(errors.New("the answer lacks its list"))
	}
	for _, record := range list {
		if err := CheckRecord(key(record)); err != nil {
			return err
		}
	}
	return nil
}

// CheckRecord is nil for a record that has an id.
func CheckRecord(id string) error {
	if id == "" {
		return nonsense(errors.New("a record of the answer lacks its id"))
	}
	return nil
}
