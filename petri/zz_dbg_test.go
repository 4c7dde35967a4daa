package petri_test
import ("testing";"os";"fmt";"time";"sort";"strconv";"math/rand/v2";"adagio/petri";"adagio/proofs/gen";"adagio/dsl/model")
func dump(x *petri.Exploration, net *petri.Net, seed uint64) {
 delay:=delaysOf(net,seed)
 game:=petri.NewGame(net,delay); choose:=anyOrder(net,seed)
 for { ready,_:=game.Ready(); if len(ready)==0 {break}; tt:=choose(ready); if err:=game.Fire(tt);err!=nil{panic(err)}
  fmt.Println("GAME",game.Now(),net.Transitions[tt].Name)}
 for i,run:=range x.Runs { g:=run.Graph; at:=make([]time.Duration,g.Len()); for e:=range at {at[e]=delay(g.Transition[e],int(g.Nth[e]))}; d,_:=g.Dates(at)
  ids:=[]int{}; for e:=range d {ids=append(ids,e)}; sort.SliceStable(ids,func(a,b int)bool{return d[ids[a]]<d[ids[b]]})
  fmt.Println("RUN",i,run.Orders); for _,e:=range ids {fmt.Println("  ",d[e],g.Name(petri.EventID(e)))}}
 for _,rc:=range x.Races {fmt.Println("RACE",net.Transitions[rc.A].Name,"|",net.Transitions[rc.B].Name,"at",net.Places[rc.Place].Name)}
}
func TestZZDbg(t *testing.T){
 b,_:=os.ReadFile(os.Getenv("F")); seed,_:=strconv.ParseUint(os.Getenv("SEED"),10,64)
 s:=load(t,"x.ballet",string(b)); net:=compile(t,s); dump(explore(t,net),net,seed)
}
type quiet struct{why string}
func (q *quiet) Helper(){}
func (q *quiet) Fatal(a ...any){q.why=fmt.Sprint(a...);panic(q)}
func (q *quiet) Fatalf(f string,a ...any){q.why=fmt.Sprintf(f,a...);panic(q)}
func try(f func(failer)) (why string) {
  q:=&quiet{}
  defer func(){ if e:=recover();e!=nil{ if e!=q {panic(e)}; why=q.why}}()
  f(q); return ""
}
func TestZZF(t *testing.T){
 b,_:=os.ReadFile(os.Getenv("F"))
 s:=load(t,"x.ballet",string(b))
 n:=0
 for seed:=range uint64(300) { if why:=try(func(f failer){checkGame(f,s,seed,anyOrder)}); why!="" { n++; if n<4 {fmt.Println(seed,why[:200])}} }
 fmt.Println("fails",n,"of 300")
}
func TestZZScan(t *testing.T){
 from,_:=strconv.Atoi(os.Getenv("FROM")); n,_:=strconv.Atoi(os.Getenv("SCAN")); best,fails:="",0
 for i:=from;i<from+n;i++ { s:=gen.Random(rand.New(rand.NewPCG(uint64(i),5)),gen.Options{Semantics:[]model.Semantics{model.ConcertoD},Profiles:[]model.ProfileKind{model.Polling}}); if pausesInAnInstant(s) {continue}
  if why:=try(func(f failer){checkGame(f,s,uint64(i),anyOrder)}); why!="" { fails++; if best==""||len(why)<len(best){best=why; os.WriteFile("/tmp/w/best.ballet",[]byte(gen.Text(s)),0o644)}}}
 fmt.Println("fails",fails); fmt.Println(best)
}
