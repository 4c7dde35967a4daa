package whatif

// Tries is how many changed plans may be analysed for the remedies of a result.
var Tries = tries

// DragsWithin is [Drags] with another bound of the work.
var DragsWithin = dragsWithin
