// Package strictjson reads JSON that two readers cannot understand differently.
//
// It refuses what encoding/json lets pass: a key given twice, something behind
// the value, nesting without end, and text that is no Unicode. What a body may
// say is for others to judge.
package strictjson
