package e2e

import (
	"net/http"
	"testing"

	"trellis/e2e/page"
)

// woods is Oak > Ash > Elm and Oak > Fir > Elm with one member of Elm, under names
// that nothing else in the tenant has.
func woods(t *testing.T) (oak, ash, fir, elm string) {
	t.Helper()
	names := map[string]string{}
	for _, name := range []string{"Oak", "Ash", "Elm", "Fir"} {
		names[name] = prepared.name(name)
	}
	ids := map[string]string{}
	for short, name := range names {
		ids[short] = prepared.group(t, name)
	}
	prepared.nested(t, ids["Oak"], ids["Ash"], ids["Fir"])
	prepared.nested(t, ids["Ash"], ids["Elm"])
	prepared.nested(t, ids["Fir"], ids["Elm"])
	prepared.members(t, ids["Elm"], prepared.user(t, prepared.name("Woody")))
	return names["Oak"], names["Ash"], names["Fir"], names["Elm"]
}

// Somebody walks the tree with the keyboard alone, and a screen reader is told
// where they are.
func TestTreeByKeyboard(t *testing.T) {
	oak, ash, fir, elm := woods(t)
	root := prepared.find(t, oak)
	tree := page.OpenTree(visitAs(t, administrator, look{}), "/groups/"+root+"/nested?view=tree")
	tree.Stands(ash, page.Row{Level: 1, Position: 1, Siblings: 2, Expanded: "false"})
	tree.Begin(ash)
	tree.Keys(ash, "ArrowRight")
	tree.Stands(ash, page.Row{Level: 1, Position: 1, Siblings: 2, Expanded: "true"})
	tree.Stands(elm, page.Row{Level: 2, Position: 1, Siblings: 1})
	tree.Keys(elm, "ArrowRight")
	tree.Keys(fir, "ArrowDown")
	tree.Keys(ash, "Home")
	tree.Keys(fir, "End")
	tree.Keys(ash, "a")
	tree.Keys(ash, "ArrowLeft")
	tree.Places(elm, 0)
	tree.Keys(ash, "*")
	tree.Places(elm, 2)
	tree.Keys(elm, "End")
	tree.Keys(fir, "ArrowLeft")
	tree.Address("view=tree")
	tree.Address("open=" + prepared.find(t, ash) + "." + prepared.find(t, fir))
	tree.Reload()
	tree.Places(elm, 2)
	tree.Keys(fir)
	tree.Keys(ash, "Home")
	tree.Press("Enter")
	tree.Headed(ash)

	tree = page.OpenTree(tree.Tab, "/groups/tree?q="+escape(elm))
	tree.Places(elm, 2)
	tree.Act(elm)
	tree.Choose(fir)
	tree.Address("focus=" + root + "~" + prepared.find(t, fir) + "~" + prepared.find(t, elm))
	tree.Keys(elm)
	tree.Places(elm, 1)
}

// A group is moved from the keyboard, and nested by dragging. Both say before what
// they change; what would close a circle is refused.
func TestTreeMoves(t *testing.T) {
	oak, ash, fir, elm := woods(t)
	root := prepared.find(t, oak)
	role := prepared.appRole(t, "Deploy Console", prepared.name("Woodcutter"))
	yew := prepared.name("Yew")
	target := prepared.group(t, yew)
	prepared.grant(t, target, role)

	tree := page.OpenTree(visitAs(t, administrator, look{}), "/groups/tree?reveal="+prepared.find(t, elm)+"&in="+prepared.find(t, ash))
	tree.Keys(elm)
	tree.Press("ContextMenu")
	tree.Choose("Move it to another group")
	tree.Find(yew)
	tree.Choose(yew)
	tree.Asks("Move " + elm + " from " + ash + " to " + yew + "?")
	tree.Foretells("gains 1 group and 1 role, and loses 1 group")
	tree.Confirm("Move group")
	tree.Tells("Group moved")
	tree.Keys(elm)
	tree.Stands(ash, page.Row{Level: 2, Position: 1, Siblings: 2})
	tree.Address("focus=" + target + "~")

	tree.Drag(fir, ash)
	tree.Asks("Move " + fir + " from " + oak + " to " + ash + "?")
	tree.Confirm("Move group")
	tree.Tells("Group moved")
	tree.Drag(ash, fir)
	tree.Complains(ash + " can't be nested in " + fir)
	var nested []struct {
		Name string `json:"name"`
	}
	prepared.authz(t, http.MethodGet, "/groups/"+root+"/nested", nil, &nested)
	if len(nested) != 1 || nested[0].Name != ash {
		t.Errorf("%s holds %+v, want %s alone", oak, nested, ash)
	}
}

// The tree does all of it without script.
func TestTreeWithoutScript(t *testing.T) {
	oak, ash, fir, elm := woods(t)
	tree := page.OpenTree(visitAs(t, administrator, look{noScript: true}), "/groups/tree?reveal="+prepared.find(t, ash)+"&in="+prepared.find(t, oak))
	tree.Places(elm, 0)
	tree.Turn("Open " + ash)
	tree.Places(elm, 1)
	tree.Stands(elm, page.Row{Level: 3, Position: 1, Siblings: 1})
	tree.Act(elm)
	tree.Choose("Take it out of " + ash)
	tree.Asks("Take " + elm + " out of " + ash + "?")
	tree.Confirm("Take group out")
	tree.Tells("Group taken out")
	tree.Places(elm, 1) // in the other one
	tree.Act(elm)
	tree.Choose("Move it to another group")
	tree.Find(oak)
	tree.Choose(oak)
	tree.Asks("Move " + elm + " from " + fir + " to " + oak + "?")
	tree.Confirm("Move group")
	tree.Tells("Group moved")
	tree.Stands(elm, page.Row{Level: 2, Position: 2, Siblings: 3})
}
