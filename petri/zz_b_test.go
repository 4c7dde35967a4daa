package petri_test
import ("testing";"os")
func TestZZB(t *testing.T){
 b,_:=os.ReadFile(os.Getenv("F"))
 s:=load(t,"x.ballet",string(b))
 for seed:=range uint64(300) { checkGame(t,s,seed) }
}
