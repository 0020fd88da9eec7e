package login

// What tests of the package's behaviour have to know of its insides.
const (
	MetadataLife = metadataLife
	MetadataGap  = metadataGap
	KeysGap      = keysGap
	ClaimLife    = claimLife
)

func LocalPath(target string) string { return localPath(target) }
