package petri_test
import ("testing";"os";"fmt";"time";"math/rand/v2";"sort";"strconv";"adagio/petri")
func TestZZDbg(t *testing.T){
 b,_:=os.ReadFile(os.Getenv("F")); seed,_:=strconv.ParseUint(os.Getenv("SEED"),10,64)
 s:=load(t,"x.ballet",string(b)); net:=compile(t,s); x:=explore(t,net); delay:=delaysOf(net,seed)
 game:=petri.NewGame(net,delay); r:=rand.New(rand.NewPCG(seed,1))
 for { ready,_:=game.Ready(); if len(ready)==0 {break}; ready=programsFirst(net,ready); tt:=ready[r.IntN(len(ready))]; if err:=game.Fire(tt);err!=nil{t.Fatal(err)}
  fmt.Println("GAME",game.Now(),net.Transitions[tt].Name)}
 for i,run:=range x.Runs { g:=run.Graph; at:=make([]time.Duration,g.Len()); for e:=range at {at[e]=delay(g.Transition[e],int(g.Nth[e]))}; d,_:=g.Dates(at)
  ids:=[]int{}; for e:=range d {ids=append(ids,e)}; sort.SliceStable(ids,func(a,b int)bool{return d[ids[a]]<d[ids[b]]})
  fmt.Println("RUN",i,run.Orders); for _,e:=range ids {fmt.Println("  ",d[e],g.Name(petri.EventID(e)))}}
 for _,rc:=range x.Races {fmt.Println("RACE",net.Transitions[rc.A].Name,"|",net.Transitions[rc.B].Name,"at",net.Places[rc.Place].Name)}
}
