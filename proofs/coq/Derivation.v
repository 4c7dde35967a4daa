(* A derivation that is checked bounds every complete execution.

   A system has events with delays and causes, and clauses: sets of options, each of which
   is a phase of a signal. A complete execution has a date x of every event, an order lt in
   which they occur, and the option W e q that event e finds on for its clause q. What is
   assumed of it is F0 to F4 of petri/cover/README.md; that the executor's events obey
   these is not proved here. The lines are those of proofs/check. *)

Require Import ZArith List Lia Bool Arith.
Import ListNotations.
Open Scope Z_scope.

Definition event := nat.
Definition opt := (nat * nat)%type. (* signal, phase *)

Definition opt_eqb (a b : opt) := Nat.eqb (fst a) (fst b) && Nat.eqb (snd a) (snd b).

Lemma opt_eqb_eq a b : opt_eqb a b = true <-> a = b.
Proof.
  destruct a, b; unfold opt_eqb; simpl; rewrite andb_true_iff, !Nat.eqb_eq.
  split; [intros [-> ->] | intros [= -> ->]]; auto.
Qed.

Record system := {
  lo : event -> Z;
  hi : event -> Z;
  causes : event -> list event;
  on : opt -> option event;
  off : opt -> option event;
  clauses : event -> list (list opt)
}.

(* What ends an option for an event: nothing does before the event itself. *)
Definition over (s : system) (e : event) (o : opt) : option event :=
  match off s o with
  | Some f => if Nat.eqb f e then None else Some f
  | None => None
  end.

Record complete (s : system) (x : event -> Z) (lt : event -> event -> Prop) (W : event -> nat -> opt) : Prop := {
  lt_trans : forall a b c, lt a b -> lt b c -> lt a c;
  lt_irrefl : forall a, ~ lt a a;
  lt_date : forall a b, lt a b -> x a <= x b;
  nonneg : forall e, 0 <= x e;
  (* F0: the phases of a signal are in order. *)
  on_order : forall g k k' a, (k <= k')%nat -> on s (g, k) = Some a ->
    exists b, on s (g, k') = Some b /\ (a = b \/ lt a b);
  off_order : forall g k k' b, (k <= k')%nat -> off s (g, k') = Some b ->
    exists a, off s (g, k) = Some a /\ (a = b \/ lt a b);
  (* F1: an event occurs its delay after the last of what it waits for. *)
  witness : forall e q cl, nth_error (clauses s e) q = Some cl -> In (W e q) cl;
  after_start : forall e, lo s e <= x e;
  after_cause : forall e p, In p (causes s e) -> x p + lo s e <= x e;
  after_on : forall e q cl a, nth_error (clauses s e) q = Some cl -> on s (W e q) = Some a -> x a + lo s e <= x e;
  in_time : forall e, x e <= hi s e \/ (exists p, In p (causes s e) /\ x e <= x p + hi s e) \/
    (exists q cl a, nth_error (clauses s e) q = Some cl /\ on s (W e q) = Some a /\ x e <= x a + hi s e);
  (* F2: the option is on. *)
  on_first : forall e q cl a, nth_error (clauses s e) q = Some cl -> on s (W e q) = Some a -> lt a e;
  off_last : forall e q cl b, nth_error (clauses s e) q = Some cl -> off s (W e q) = Some b -> b = e \/ lt e b;
  (* F3: urgency. *)
  urgency : forall e v, length v = length (clauses s e) ->
    (forall o f, In o v -> over s e o = Some f -> hi s e < x f /\
       (forall p, In p (causes s e) -> x p + hi s e < x f) /\
       (forall o' a, In o' v -> on s o' = Some a -> x a + hi s e < x f)) ->
    (x e <= hi s e \/ (exists p, In p (causes s e) /\ x e <= x p + hi s e) \/
       (exists o a, In o v /\ on s o = Some a /\ x e <= x a + hi s e)) /\
    (forall q cl o, nth_error (clauses s e) q = Some cl -> nth_error v q = Some o ->
       fst (W e q) = fst o -> (snd (W e q) <= snd o)%nat);
  (* F4 *)
  cause_first : forall e p, In p (causes s e) -> lt p e
}.

(* Latest dates: Imp is that of what cannot be, Inf no bound. *)
Inductive date := Imp | Fin (z : Z) | Inf.

Definition dle (x : Z) (d : date) : Prop :=
  match d with Imp => False | Fin z => x <= z | Inf => True end.
Definition dmax a b :=
  match a, b with Imp, d | d, Imp => d | Inf, _ | _, Inf => Inf | Fin y, Fin z => Fin (Z.max y z) end.
Definition dmin a b :=
  match a, b with Imp, _ | _, Imp => Imp | Inf, d | d, Inf => d | Fin y, Fin z => Fin (Z.min y z) end.
Definition dplus a w := match a with Fin z => Fin (z + w) | d => d end.
Definition dleb a b :=
  match a, b with Imp, _ | _, Inf => true | Fin y, Fin z => Z.leb y z | _, _ => false end.
Definition is_imp d := match d with Imp => true | _ => false end.
Definition dmaxl := fold_right dmax Imp.
Definition dminl := fold_right dmin Inf.
(* The latest of several, all of which must be. *)
Definition dall l := if existsb is_imp l then Imp else fold_right dmax (Fin 0) l.

Ltac dates := repeat match goal with d : date |- _ => destruct d end; simpl in *; try lia; auto.

Lemma dle_max_l x a b : dle x a -> dle x (dmax a b). Proof. dates. Qed.
Lemma dle_max_r x a b : dle x b -> dle x (dmax a b). Proof. dates. Qed.
Lemma dle_min x a b : dle x a -> dle x b -> dle x (dmin a b). Proof. dates. Qed.
Lemma dle_plus x w a : dle x a -> dle (x + w) (dplus a w). Proof. dates. Qed.
Lemma dle_trans x y a : x <= y -> dle y a -> dle x a. Proof. dates. Qed.
Lemma dle_leb x a b : dleb a b = true -> dle x a -> dle x b.
Proof. destruct a, b; simpl; try discriminate; auto; try tauto. rewrite Z.leb_le; lia. Qed.
Lemma dle_maxl x d l : In d l -> dle x d -> dle x (dmaxl l).
Proof. induction l; simpl; [tauto | intros [-> | I] D]; [apply dle_max_l | apply dle_max_r]; auto. Qed.
Lemma dle_minl x l : (forall d, In d l -> dle x d) -> dle x (dminl l).
Proof. induction l; simpl; auto. intros D. apply dle_min; auto. Qed.

(* Every date of the list bounds something, and x is no later than one of these, or 0. *)
Lemma dle_all x l : (forall d, In d l -> exists y, dle y d) -> (x <= 0 \/ exists d, In d l /\ dle x d) -> dle x (dall l).
Proof.
  intros E D. unfold dall. destruct (existsb is_imp l) eqn:I.
  - apply existsb_exists in I. destruct I as (d & I & B). destruct (E d I) as [y Y]. destruct d; discriminate || contradiction.
  - clear E I. induction l as [|d l IH]; simpl in *.
    + destruct D as [D | (d & [] & _)]. lia.
    + destruct D as [D | (d' & [-> | I] & D)]; [apply dle_max_r, IH; auto | apply dle_max_l; auto | apply dle_max_r, IH; right; eauto].
Qed.

(* What is known: earliest and latest dates, the options that are left, what precedes what
   and by how much, hypotheses (before which events an event is taken to occur, the last
   one first, each with its number), and latest dates under them. *)
Definition chain := list (nat * event).

Record state := {
  L : event -> Z;
  H : event -> date;
  K : event -> list (list opt);
  A : event -> event -> option Z;
  hyps : nat -> option chain;
  U : nat -> event -> option date
}.

Definition upd {T} (f : nat -> T) a v := fun b => if Nat.eqb a b then v else f b.
Definition upd2 {T} (f : nat -> nat -> T) a b v := fun c d => if Nat.eqb a c && Nat.eqb b d then v else f c d.

Definition initial (s : system) : state :=
  {| L := fun _ => 0; H := fun _ => Inf; K := clauses s; A := fun _ _ => None; hyps := fun _ => None; U := fun _ _ => None |}.

Section Rules.
Variable s : system.

Definition known (st : state) a b := match A st a b with Some _ => true | None => false end.

Fixpoint within (st : state) (c : chain) (e : event) : date :=
  match c with
  | [] => H st e
  | (h, _) :: c' => match U st h e with Some d => dmin d (within st c' e) | None => within st c' e end
  end.

Definition excluded (st : state) (c : chain) (e : event) :=
  existsb (fun v => Nat.eqb (snd v) e || known st (snd v) e) c.

(* What an option that is left gives: when it is on, and off, at the latest. *)
Definition on_within st inner o := match on s o with Some a => within st inner a | None => Fin 0 end.
Definition off_latest st o := match off s o with Some b => H st b | None => Inf end.
Definition left_options st outer (cl : list opt) :=
  filter (fun o => match on s o with Some a => negb (excluded st outer a) | None => true end) cl.

Definition clause_latest st outer inner cl := dmaxl (map (on_within st inner) (left_options st outer cl)).

Definition cap st outer inner (e : event) ready others cl :=
  dmaxl (map (fun o => dmin (off_latest st o) (dplus (dall [ready; others; on_within st inner o]) (hi s e))) (left_options st outer cl)).

(* R2 and R3. *)
Definition upper (st : state) (outer inner : chain) (e : event) : date :=
  let ready := dall (map (within st outer) (causes s e)) in
  let latest := map (clause_latest st outer inner) (K st e) in
  dmin (dplus (dall (ready :: latest)) (hi s e))
    (dminl (map (fun q => cap st outer inner e ready (dall (firstn q latest ++ skipn (S q) latest)) (nth q (K st e) []))
       (seq 0 (length (K st e))))).

(* R1. *)
Definition min_on st cl :=
  fold_right (fun o d => dmin (Fin (match on s o with Some a => L st a | None => 0 end)) d) Inf cl.
Definition lower (st : state) (e : event) (z : Z) : bool :=
  existsb (fun w => Z.leb z (w + lo s e)) (0 :: map (L st) (causes s e)) ||
  existsb (fun cl => dleb (Fin (z - lo s e)) (min_on st cl)) (K st e).

(* How much later u is than v, at most. *)
Fixpoint difference (n : nat) (st : state) (u v : event) : date :=
  let plain := dmin (dplus (H st u) (- L st v))
    (match A st u v with Some z => Fin (- z) | None => if Nat.eqb u v then Fin 0 else Inf end) in
  match n, causes s u with
  | O, _ | _, [] => plain
  | S n, _ => dmin plain (dplus (dmaxl (map (fun p => difference n st p v) (causes s u) ++
      map (fun o => match on s o with Some a => difference n st a v | None => Imp end) (concat (K st u)))) (hi s u))
  end.

Definition less d := match d with Fin z => Z.ltb z 0 | Imp => true | Inf => false end.

Definition together (st : state) (e : event) (v : list opt) : bool :=
  Nat.eqb (length v) (length (clauses s e)) &&
  forallb (fun o => match over s e o with
    | None => true
    | Some f => less (Fin (hi s e - L st f)) &&
        forallb (fun p => less (dplus (difference 3 st p f) (hi s e))) (causes s e) &&
        forallb (fun o' => match on s o' with Some a => less (dplus (difference 3 st a f) (hi s e)) | None => true end) v
    end) v.

(* R4. *)
Definition droppable (st : state) (e : event) (o : opt) : bool :=
  match on s o with
  | Some a => Nat.eqb a e || known st e a || negb (dleb (Fin (L st a + lo s e)) (H st e))
  | None => false
  end ||
  match over s e o with
  | Some f => known st f e || negb (dleb (Fin (L st e)) (H st f)) ||
      existsb (fun p => negb (dleb (Fin (L st p + lo s e)) (H st f))) (causes s e) ||
      match on s o with Some a => negb (dleb (Fin (L st a + lo s e)) (H st f)) | None => negb (dleb (Fin (lo s e)) (H st f)) end
  | None => false
  end.

(* The least time from an event to one directly behind it (R5). *)
Definition hop (st : state) (a b : event) (k : opt) (z : Z) : bool :=
  existsb (Nat.eqb a) (causes s b) && Z.eqb z (lo s b) ||
  Z.eqb z 0 && negb (Nat.eqb a b) &&
   (match on s k with Some a' => Nat.eqb a a' | None => false end &&
      existsb (fun cl => negb (Nat.eqb (length cl) 0) && forallb (fun p => Nat.eqb (fst p) (fst k) && Nat.leb (snd k) (snd p)) cl) (K st b) ||
    match off s k with Some b' => Nat.eqb b b' | None => false end &&
      existsb (fun cl => negb (Nat.eqb (length cl) 0) && forallb (fun p => Nat.eqb (fst p) (fst k) && Nat.leb (snd p) (snd k)) cl) (K st a)).
End Rules.

Section Soundness.
Variables (s : system) (x : event -> Z) (lt : event -> event -> Prop) (W : event -> nat -> opt).
Hypothesis C : complete s x lt W.

Definition first (c : chain) (u : event) := forall h v, In (h, v) c -> lt u v.

Record sound (st : state) : Prop := {
  sound_L : forall e, L st e <= x e;
  sound_H : forall e, dle (x e) (H st e);
  sound_K : forall e q cl, nth_error (K st e) q = Some cl -> In (W e q) cl;
  sound_len : forall e, length (K st e) = length (clauses s e);
  sound_A : forall a b z, A st a b = Some z -> lt a b /\ x a + z <= x b;
  sound_chain : forall h c, hyps st h = Some c -> exists e c', c = (h, e) :: c' /\ (c' = [] \/ exists h' v r, c' = (h', v) :: r /\ hyps st h' = Some c');
  sound_U : forall h c u d, hyps st h = Some c -> U st h u = Some d -> first c u -> dle (x u) d
}.

(* A chain is one that is known, or empty. *)
Definition ok (st : state) (c : chain) := c = [] \/ exists h v r, c = (h, v) :: r /\ hyps st h = Some c.

Lemma known_lt st a b : sound st -> known st a b = true -> lt a b.
Proof.
  intros S. unfold known. destruct (A st a b) eqn:E; [|discriminate]. intros _. apply (sound_A _ S) in E. tauto.
Qed.

Lemma within_sound st : sound st -> forall c e, ok st c -> first c e -> dle (x e) (within st c e).
Proof.
  intros S. induction c as [|[h v] c IH]; intros e O F; simpl; [apply (sound_H _ S)|].
  destruct O as [O | (h' & v' & r & [= <- <- <-] & HY)]; [discriminate|].
  assert (dle (x e) (within st c e)) as B.
  { apply IH; [|intros h' v' I; apply (F h' v'); right; auto].
    destruct (sound_chain _ S _ _ HY) as (e' & c' & [= <- <-] & [-> | (h' & v' & r & -> & HY')]); [left; auto | right; eauto 6]. }
  destruct (U st h e) eqn:E; [|exact B]. apply dle_min; [eapply (sound_U _ S); eauto | exact B].
Qed.

Lemma excluded_sound st c e : sound st -> excluded st c e = true -> first c e -> False.
Proof.
  intros S X F. unfold excluded in X. apply existsb_exists in X. destruct X as ([h v] & I & X). simpl in X.
  pose proof (F h v I) as B. apply orb_true_iff in X. destruct X as [X | X].
  - apply Nat.eqb_eq in X. subst. apply (lt_irrefl _ _ _ _ C e B).
  - apply (known_lt _ _ _ S) in X. apply (lt_irrefl _ _ _ _ C e). eapply (lt_trans _ _ _ _ C); eauto.
Qed.

Lemma first_before c a u : lt a u -> first c u -> first c a.
Proof. intros B F h v I. eapply (lt_trans _ _ _ _ C); eauto. Qed.

Lemma nth_clauses st e q cl : sound st -> nth_error (K st e) q = Some cl -> exists cl', nth_error (clauses s e) q = Some cl'.
Proof.
  intros S N. assert (q < length (clauses s e))%nat as B.
  { rewrite <- (sound_len _ S). apply nth_error_Some. congruence. }
  apply nth_error_Some in B. destruct (nth_error (clauses s e) q); [eauto | congruence].
Qed.

Lemma clauses_nth st e q cl : sound st -> nth_error (clauses s e) q = Some cl -> exists cl', nth_error (K st e) q = Some cl'.
Proof.
  intros S N. assert (q < length (K st e))%nat as B.
  { rewrite (sound_len _ S). apply nth_error_Some. congruence. }
  apply nth_error_Some in B. destruct (nth_error (K st e) q); [eauto | congruence].
Qed.

(* The witness is among the options that are left, and what it gives bounds its date. *)
Section Upper.
Variables (st : state) (e : event) (outer inner : chain).
Hypothesis S : sound st.
Hypothesis FO : first outer e.
Hypothesis OO : ok st outer.
Hypothesis OI : ok st inner.
Hypothesis FI : forall a, lt a e -> first inner a.

Lemma witness_left q cl : nth_error (K st e) q = Some cl -> In (W e q) (left_options s st outer cl).
Proof.
  intros N. unfold left_options. apply filter_In. split; [eapply (sound_K _ S); eauto|].
  destruct (on s (W e q)) eqn:O; [|reflexivity].
  destruct (nth_clauses _ _ _ _ S N) as [cl' N']. apply negb_true_iff.
  destruct (excluded st outer e0) eqn:X; [exfalso|reflexivity].
  eapply (excluded_sound _ _ _ S X). eapply first_before; eauto. eapply (on_first _ _ _ _ C); eauto.
Qed.

Definition x_on o := match on s o with Some a => x a | None => 0 end.

Lemma witness_on q cl : nth_error (K st e) q = Some cl -> dle (x_on (W e q)) (on_within s st inner (W e q)).
Proof.
  intros N. unfold x_on, on_within. destruct (on s (W e q)) eqn:O; [|simpl; lia].
  destruct (nth_clauses _ _ _ _ S N) as [cl' N'].
  apply within_sound; auto. apply FI. eapply (on_first _ _ _ _ C); eauto.
Qed.

Lemma latest_on q cl : nth_error (K st e) q = Some cl -> dle (x_on (W e q)) (clause_latest s st outer inner cl).
Proof.
  intros N. unfold clause_latest. eapply dle_maxl; [apply in_map; eapply witness_left; eauto | eapply witness_on; eauto].
Qed.

Definition ready := dall (map (within st outer) (causes s e)).
Definition latest := map (clause_latest s st outer inner) (K st e).

Lemma cause_bound p : In p (causes s e) -> dle (x p) (within st outer p).
Proof. intros I. apply within_sound; auto. eapply first_before; [eapply (cause_first _ _ _ _ C) | ]; eauto. Qed.

Lemma ready_some : exists y, dle y ready.
Proof.
  exists 0. apply dle_all; [|left; lia]. intros d I. apply in_map_iff in I. destruct I as (p & <- & I). eauto using cause_bound.
Qed.

Lemma ready_cause p : In p (causes s e) -> dle (x p) ready.
Proof.
  intros I. apply dle_all.
  - intros d J. apply in_map_iff in J. destruct J as (p' & <- & J). eauto using cause_bound.
  - right. exists (within st outer p). split; [apply in_map; auto | apply cause_bound; auto].
Qed.

Lemma latest_some d : In d latest -> exists y, dle y d.
Proof.
  intros I. apply in_map_iff in I. destruct I as (cl & <- & I). apply In_nth_error in I. destruct I as [q N].
  eauto using latest_on.
Qed.

Lemma in_time_by (l : list date) :
  (forall d, In d l -> exists y, dle y d) -> (forall p, In p (causes s e) -> exists d, In d l /\ dle (x p) d) ->
  (forall q cl, nth_error (K st e) q = Some cl -> exists d, In d l /\ dle (x_on (W e q)) d) ->
  dle (x e) (dplus (dall l) (hi s e)).
Proof.
  intros E P Q. replace (x e) with ((x e - hi s e) + hi s e) by lia. apply dle_plus, dle_all; auto.
  destruct (in_time _ _ _ _ C e) as [T | [(p & I & T) | (q & cl & a & N & O & T)]].
  - left; lia.
  - right. destruct (P p I) as (d & J & D). exists d. split; auto. eapply dle_trans; [|exact D]. lia.
  - right. destruct (clauses_nth _ _ _ _ S N) as [cl' N']. destruct (Q q cl' N') as (d & J & D).
    exists d. split; auto. eapply dle_trans; [|exact D]. unfold x_on. rewrite O. lia.
Qed.

Lemma others_in q q' d : nth_error latest q' = Some d -> q' <> q -> In d (firstn q latest ++ skipn (Datatypes.S q) latest).
Proof.
  generalize latest as l. intros l. revert q q'. induction l as [|y l IH]; intros q q' N D; [destruct q'; discriminate|].
  destruct q as [|q]; destruct q' as [|q']; simpl in *; try congruence.
  - apply nth_error_In in N. auto.
  - left; congruence.
  - right. apply (IH q q'); auto.
Qed.

Lemma in_others q d : In d (firstn q latest ++ skipn (Datatypes.S q) latest) -> In d latest.
Proof.
  intros I. apply in_app_or in I. rewrite <- (firstn_skipn q latest). apply in_or_app. destruct I as [I | I]; [auto|right].
  revert I. generalize latest as l. clear. induction q; intros l I; destruct l; simpl in *; auto.
Qed.

Lemma upper_sound : dle (x e) (upper s st outer inner e).
Proof.
  unfold upper. fold ready. fold latest. apply dle_min.
  - apply in_time_by.
    + intros d [<- | I]; [apply ready_some | apply latest_some; auto].
    + intros p I. exists ready. split; [left; auto | apply ready_cause; auto].
    + intros q cl N. exists (clause_latest s st outer inner cl). split; [|eapply latest_on; eauto].
      right. unfold latest. apply in_map. eapply nth_error_In; eauto.
  - apply dle_minl. intros d I. apply in_map_iff in I. destruct I as (q & <- & I). apply in_seq in I.
    destruct (nth_error (K st e) q) as [cl|] eqn:N; [|apply nth_error_None in N; lia].
    erewrite nth_error_nth by eauto. destruct (nth_clauses _ _ _ _ S N) as [cl' N'].
    unfold cap. eapply dle_maxl; [apply in_map; eapply witness_left; eauto|]. apply dle_min.
    + unfold off_latest. destruct (off s (W e q)) eqn:O; [|simpl; auto].
      eapply dle_trans; [|apply (sound_H _ S)]. destruct (off_last _ _ _ _ C _ _ _ _ N' O) as [-> | B]; [lia | apply (lt_date _ _ _ _ C); auto].
    + assert (forall d, In d latest -> exists y, dle y d) as LS by apply latest_some.
      assert (exists y, dle y (dall (firstn q latest ++ skipn (Datatypes.S q) latest))) as OS.
      { exists 0. apply dle_all; [|left; lia]. intros d J. apply LS. eapply in_others; eauto. }
      apply in_time_by.
      * intros d [<- | [<- | [<- | []]]]; auto using ready_some. eauto using witness_on.
      * intros p J. exists ready. split; [left; auto | apply ready_cause; auto].
      * intros q' cl2 N2. destruct (Nat.eq_dec q' q) as [-> | D].
        { exists (on_within s st inner (W e q)). split; [right; right; left; auto | eapply witness_on; eauto]. }
        exists (dall (firstn q latest ++ skipn (Datatypes.S q) latest)). split; [right; left; auto|].
        apply dle_all; [intros d J; apply LS; eapply in_others; eauto|]. right.
        exists (clause_latest s st outer inner cl2). split; [|eapply latest_on; eauto].
        eapply (others_in q q'); auto. unfold latest. rewrite nth_error_map, N2. reflexivity.
Qed.
End Upper.

(* R1. *)
Lemma min_on_sound st cl o : sound st -> In o cl -> forall z, dleb (Fin z) (min_on s st cl) = true ->
  z <= match on s o with Some a => L st a | None => 0 end.
Proof.
  intros S. induction cl as [|o' cl IH]; simpl; [tauto|]. intros [-> | I] z D.
  - destruct (min_on s st cl) eqn:M; simpl in D; try discriminate; apply Z.leb_le in D; lia.
  - apply IH; auto. destruct (min_on s st cl); simpl in *; try discriminate; auto; apply Z.leb_le in D; apply Z.leb_le; lia.
Qed.

Lemma lower_sound st e z : sound st -> lower s st e z = true -> z <= x e.
Proof.
  intros S D. unfold lower in D. apply orb_true_iff in D. destruct D as [D | D]; apply existsb_exists in D; destruct D as (w & I & D).
  - apply Z.leb_le in D. destruct I as [<- | I]; [pose proof (after_start _ _ _ _ C e); lia|].
    apply in_map_iff in I. destruct I as (p & <- & I). pose proof (sound_L _ S p). pose proof (after_cause _ _ _ _ C e p I). lia.
  - apply In_nth_error in I. destruct I as [q N]. destruct (nth_clauses _ _ _ _ S N) as [cl' N'].
    apply (min_on_sound st w (W e q) S) in D; [|eapply (sound_K _ S); eauto].
    destruct (on s (W e q)) eqn:O; [|pose proof (after_start _ _ _ _ C e); lia].
    pose proof (sound_L _ S e0). pose proof (after_on _ _ _ _ C _ _ _ _ N' O). lia.
Qed.

(* R6. *)
Lemma dle_shift y a w : dle y a -> dle (y - w) (dplus a (- w)).
Proof. intros D. replace (y - w) with (y + - w) by lia. apply dle_plus; auto. Qed.

Lemma difference_sound st : sound st -> forall n u v, dle (x u - x v) (difference s n st u v).
Proof.
  intros S. assert (forall u v, dle (x u - x v) (dmin (dplus (H st u) (- L st v))
    (match A st u v with Some z => Fin (- z) | None => if Nat.eqb u v then Fin 0 else Inf end))) as P.
  { intros u v. apply dle_min.
    - eapply dle_trans; [|apply dle_plus, (sound_H _ S)]. pose proof (sound_L _ S v). lia.
    - destruct (A st u v) eqn:E; [apply (sound_A _ S) in E; simpl; lia|].
      destruct (Nat.eqb u v) eqn:Q; simpl; auto. apply Nat.eqb_eq in Q. subst. lia. }
  induction n as [|n IH]; intros u v; cbn [difference]; [apply P|].
  destruct (causes s u) as [|p0 ps] eqn:CS; [apply P|]. apply dle_min; [apply P|].
  replace (x u - x v) with (x u - x v - hi s u + hi s u) by lia. apply dle_plus.
  assert (forall p, In p (p0 :: ps) -> x u <= x p + hi s u -> dle (x u - x v - hi s u)
    (dmaxl (map (fun p => difference s n st p v) (p0 :: ps) ++
      map (fun o => match on s o with Some a => difference s n st a v | None => Imp end) (concat (K st u))))) as PC.
  { intros p I T. eapply dle_maxl; [apply in_or_app; left; apply in_map; eauto|]. eapply dle_trans; [|apply IH]. lia. }
  destruct (in_time _ _ _ _ C u) as [T | [(p & I & T) | (q & cl & a & N & O & T)]].
  - apply (PC p0); [left; auto|]. pose proof (nonneg _ _ _ _ C p0). lia.
  - apply (PC p); [rewrite <- CS; auto | auto].
  - destruct (clauses_nth _ _ _ _ S N) as [cl' N']. eapply dle_maxl.
    + apply in_or_app. right. apply in_map. apply in_concat. exists cl'. split; [eapply nth_error_In; eauto | eapply (sound_K _ S); eauto].
    + rewrite O. eapply dle_trans; [|apply IH]. lia.
Qed.

Lemma less_sound y d : less d = true -> dle y d -> y < 0.
Proof. destruct d; simpl; try discriminate; try tauto. rewrite Z.ltb_lt. lia. Qed.

Lemma together_sound st e v : sound st -> together s st e v = true ->
  (x e <= hi s e \/ (exists p, In p (causes s e) /\ x e <= x p + hi s e) \/
     (exists o a, In o v /\ on s o = Some a /\ x e <= x a + hi s e)) /\
  (forall q cl o, nth_error (clauses s e) q = Some cl -> nth_error v q = Some o ->
     fst (W e q) = fst o -> (snd (W e q) <= snd o)%nat).
Proof.
  intros S T. unfold together in T. apply andb_true_iff in T. destruct T as [N T]. apply Nat.eqb_eq in N.
  rewrite forallb_forall in T. apply (urgency _ _ _ _ C e v N). intros o f I O. specialize (T o I). rewrite O in T.
  apply andb_true_iff in T. destruct T as [T Q]. apply andb_true_iff in T. destruct T as [T P].
  rewrite forallb_forall in P, Q. pose proof (sound_L _ S f). repeat split.
  - simpl in T. apply Z.ltb_lt in T. lia.
  - intros p J. specialize (P p J). eapply less_sound in P; [|apply dle_plus, difference_sound; auto]. lia.
  - intros o' a J OA. specialize (Q o' J). rewrite OA in Q. eapply less_sound in Q; [|apply dle_plus, difference_sound; auto]. lia.
Qed.

Definition urgent_date st e (v : list opt) :=
  dplus (dmaxl (Fin 0 :: map (H st) (causes s e) ++ map (fun o => match on s o with Some a => H st a | None => Fin 0 end) v)) (hi s e).

Lemma urgent_sound st e v : sound st -> together s st e v = true -> dle (x e) (urgent_date st e v).
Proof.
  intros S T. apply (together_sound _ _ _ S) in T. destruct T as [T _]. unfold urgent_date.
  replace (x e) with ((x e - hi s e) + hi s e) by lia. apply dle_plus.
  destruct T as [T | [(p & I & T) | (o & a & I & O & T)]].
  - eapply dle_maxl; [left; auto | simpl; lia].
  - eapply dle_maxl; [right; apply in_or_app; left; apply in_map; eauto|]. eapply dle_trans; [|apply (sound_H _ S)]. lia.
  - eapply dle_maxl; [right; apply in_or_app; right; apply in_map; eauto|]. rewrite O. eapply dle_trans; [|apply (sound_H _ S)]. lia.
Qed.

(* R4. *)
Lemma dleb_lower st e z : sound st -> negb (dleb (Fin z) (H st e)) = true -> x e < z.
Proof.
  intros S D. pose proof (sound_H _ S e). destruct (H st e); simpl in *; try tauto; try discriminate.
  apply negb_true_iff, Z.leb_gt in D. lia.
Qed.

Lemma over_off e o f : over s e o = Some f -> off s o = Some f /\ f <> e.
Proof.
  unfold over. destruct (off s o) as [g|]; [|discriminate]. destruct (Nat.eqb g e) eqn:E; [discriminate|].
  intros [= <-]. split; auto. apply Nat.eqb_neq; auto.
Qed.

Lemma droppable_sound st e q cl o : sound st -> nth_error (K st e) q = Some cl -> droppable s st e o = true -> W e q <> o.
Proof.
  intros S N D E. destruct (nth_clauses _ _ _ _ S N) as [cl' N']. unfold droppable in D. apply orb_true_iff in D. destruct D as [D | D].
  - destruct (on s o) as [a|] eqn:O; [|discriminate]. rewrite <- E in O.
    pose proof (on_first _ _ _ _ C _ _ _ _ N' O) as B. apply orb_true_iff in D. destruct D as [D | D]; [apply orb_true_iff in D; destruct D as [D | D]|].
    + apply Nat.eqb_eq in D. subst. apply (lt_irrefl _ _ _ _ C _ B).
    + apply (known_lt _ _ _ S) in D. apply (lt_irrefl _ _ _ _ C e). eapply (lt_trans _ _ _ _ C); eauto.
    + apply (dleb_lower _ _ _ S) in D. pose proof (after_on _ _ _ _ C _ _ _ _ N' O). pose proof (sound_L _ S a). lia.
  - destruct (over s e o) as [f|] eqn:O; [|discriminate]. apply over_off in O. destruct O as [O NE]. rewrite <- E in O.
    destruct (off_last _ _ _ _ C _ _ _ _ N' O) as [X | B]; [contradiction|]. pose proof (lt_date _ _ _ _ C _ _ B) as BD.
    apply orb_true_iff in D. destruct D as [D | D]; [apply orb_true_iff in D; destruct D as [D | D]; [apply orb_true_iff in D; destruct D as [D | D]|]|].
    + apply (known_lt _ _ _ S) in D. apply (lt_irrefl _ _ _ _ C e). eapply (lt_trans _ _ _ _ C); eauto.
    + apply (dleb_lower _ _ _ S) in D. pose proof (sound_L _ S e). lia.
    + apply existsb_exists in D. destruct D as (p & I & D). apply (dleb_lower _ _ _ S) in D.
      pose proof (sound_L _ S p). pose proof (after_cause _ _ _ _ C _ _ I). lia.
    + destruct (on s o) as [a|] eqn:OA.
      * apply (dleb_lower _ _ _ S) in D. rewrite <- E in OA. pose proof (after_on _ _ _ _ C _ _ _ _ N' OA). pose proof (sound_L _ S a). lia.
      * apply (dleb_lower _ _ _ S) in D. pose proof (after_start _ _ _ _ C e). lia.
Qed.

(* R5. *)
Lemma hop_sound st a b k z : sound st -> hop s st a b k z = true -> lt a b /\ x a + z <= x b.
Proof.
  intros S D. unfold hop in D. apply orb_true_iff in D. destruct D as [D | D].
  - apply andb_true_iff in D. destruct D as [I Z]. apply Z.eqb_eq in Z. apply existsb_exists in I. destruct I as (p & I & E).
    apply Nat.eqb_eq in E. subst. split; [apply (cause_first _ _ _ _ C); auto | apply (after_cause _ _ _ _ C); auto].
  - apply andb_true_iff in D. destruct D as [D E]. apply andb_true_iff in D. destruct D as [Z NE]. apply Z.eqb_eq in Z. subst z.
    apply negb_true_iff, Nat.eqb_neq in NE. enough (lt a b) as B by (split; [auto | pose proof (lt_date _ _ _ _ C _ _ B); lia]).
    apply orb_true_iff in E. destruct E as [E | E]; apply andb_true_iff in E; destruct E as [O E]; apply existsb_exists in E;
      destruct E as (cl & I & E); apply andb_true_iff in E; destruct E as [_ E]; rewrite forallb_forall in E;
      apply In_nth_error in I; destruct I as [q N]; destruct (nth_clauses _ _ _ _ S N) as [cl' N'].
    + destruct (on s k) as [a'|] eqn:OK; [|discriminate]. apply Nat.eqb_eq in O. subst a'.
      specialize (E (W b q) (sound_K _ S _ _ _ N)). apply andb_true_iff in E. destruct E as [G P].
      apply Nat.eqb_eq in G. apply Nat.leb_le in P. destruct k as [g k]; destruct (W b q) as [g' k'] eqn:WE; simpl in *. subst g'.
      destruct (on_order _ _ _ _ C _ _ _ _ P OK) as (a' & OA & Q). rewrite <- WE in OA.
      pose proof (on_first _ _ _ _ C _ _ _ _ N' OA) as B. destruct Q as [-> | Q]; [auto | eapply (lt_trans _ _ _ _ C); eauto].
    + destruct (off s k) as [b'|] eqn:OK; [|discriminate]. apply Nat.eqb_eq in O. subst b'.
      specialize (E (W a q) (sound_K _ S _ _ _ N)). apply andb_true_iff in E. destruct E as [G P].
      apply Nat.eqb_eq in G. apply Nat.leb_le in P. destruct k as [g k]; destruct (W a q) as [g' k'] eqn:WE; simpl in *. subst g'.
      destruct (off_order _ _ _ _ C _ _ _ _ P OK) as (b' & OB & Q). rewrite <- WE in OB.
      destruct (off_last _ _ _ _ C _ _ _ _ N' OB) as [E' | B]; destruct Q as [Q | Q]; subst; try congruence; auto.
      eapply (lt_trans _ _ _ _ C); eauto.
Qed.
End Soundness.

(* The lines of a derivation, and what remains of them to check. *)
Inductive line :=
| Path (a : event) (hops : list (event * opt * Z))
| Low (e : event) (z : Z)
| Forward (a b : event) (z : Z)
| Backward (a b : event) (d : date)
| High (e : event) (d : date) (k : option nat)
| Hypothesis_ (h : nat) (parent : option nat) (e : event)
| Conditional (h : nat) (u : event) (d : date) (k : nat)
| Urgent (e : event) (d : date) (v : list opt)
| Drop (e : event) (q : nat) (o : opt)
| DropUrgent (e : event) (q : nat) (o : opt) (v : list opt).

Inductive derivation :=
| Contradiction (e : event) (h : nat)
| Goals
| Split (e : event) (q : nat) (o : opt) (d1 d2 : derivation)
| Step (l : line) (d : derivation).

Fixpoint replace {T} (q : nat) (y : T) (l : list T) : list T :=
  match l, q with
  | [], _ => []
  | _ :: l, O => y :: l
  | z :: l, S q => z :: replace q y l
  end.

Definition set_L st f := {| L := f; H := H st; K := K st; A := A st; hyps := hyps st; U := U st |}.
Definition set_H st f := {| L := L st; H := f; K := K st; A := A st; hyps := hyps st; U := U st |}.
Definition set_A st f := {| L := L st; H := H st; K := K st; A := f; hyps := hyps st; U := U st |}.
Definition set_K st e q cl := {| L := L st; H := H st; K := upd (K st) e (replace q cl (K st e)); A := A st; hyps := hyps st; U := U st |}.
Definition set_hyps st f := {| L := L st; H := H st; K := K st; A := A st; hyps := f; U := U st |}.
Definition set_U st f := {| L := L st; H := H st; K := K st; A := A st; hyps := hyps st; U := f |}.

Section Check.
Variable s : system.

Fixpoint hops (st : state) (a : event) (l : list (event * opt * Z)) : option (event * Z) :=
  match l with
  | [] => None
  | (b, k, z) :: l => if hop s st a b k z then
      match l with [] => Some (b, z) | _ => match hops st b l with Some (c, w) => Some (c, z + w) | None => None end end
      else None
  end.

Definition apply (st : state) (l : line) : option state :=
  match l with
  | Path a l => match hops st a l with Some (b, z) => Some (set_A st (upd2 (A st) a b (Some z))) | None => None end
  | Low e z => if lower s st e z then Some (set_L st (upd (L st) e (Z.max z (L st e)))) else None
  | Forward a b z => match A st a b with
      | Some w => if Z.leb z (L st a + w) then Some (set_L st (upd (L st) b (Z.max z (L st b)))) else None | None => None end
  | Backward a b d => match A st a b with
      | Some w => if dleb (dplus (H st b) (- w)) d then Some (set_H st (upd (H st) a (dmin d (H st a)))) else None | None => None end
  | High e d k =>
      match (match k with None => Some [] | Some k => match hyps st k with
          | Some [(k', e')] => if Nat.eqb e e' then Some [(k', e')] else None | _ => None end end) with
      | Some inner => if dleb (upper s st [] inner e) d then Some (set_H st (upd (H st) e (dmin d (H st e)))) else None
      | None => None
      end
  | Hypothesis_ h p e => match hyps st h, (match p with None => Some [] | Some p => hyps st p end) with
      | None, Some c => Some (set_hyps st (upd (hyps st) h (Some ((h, e) :: c)))) | _, _ => None end
  | Conditional h u d k => match hyps st h, hyps st k with
      | Some c, Some c' =>
          let inner := if Nat.eqb k h then Some c else match c' with
            | (k', u') :: r => if Nat.eqb u u' && (if list_eq_dec (fun a b : nat * event => ltac:(repeat decide equality)) r c then true else false) then Some c' else None
            | [] => None end in
          match inner with
          | Some inner => if dleb (upper s st c inner u) d then Some (set_U st (upd2 (U st) h u (Some d))) else None
          | None => None
          end
      | _, _ => None
      end
  | Urgent e d v => if together s st e v && dleb (urgent_date s st e v) d then Some (set_H st (upd (H st) e (dmin d (H st e)))) else None
  | Drop e q o => match nth_error (K st e) q with
      | Some cl => if droppable s st e o then Some (set_K st e q (filter (fun p => negb (opt_eqb p o)) cl)) else None | None => None end
  | DropUrgent e q o v => match nth_error (K st e) q, nth_error v q with
      | Some cl, Some w => if together s st e v && Nat.eqb (fst w) (fst o) && Nat.ltb (snd w) (snd o)
          then Some (set_K st e q (filter (fun p => negb (opt_eqb p o)) cl)) else None
      | _, _ => None end
  end.

Definition contradiction st e h :=
  negb (dleb (Fin (L st e)) (H st e)) || known st e e || existsb (fun cl => Nat.eqb (length cl) 0) (K st e) ||
  match hyps st h with Some [(h', e')] => Nat.eqb e e' && is_imp (upper s st [] [(h', e')] e) | _ => false end.

Fixpoint valid (goals : list (event * Z * date)) (st : state) (d : derivation) : bool :=
  match d with
  | Contradiction e h => contradiction st e h
  | Goals => forallb (fun g => Z.leb (snd (fst g)) (L st (fst (fst g))) && dleb (H st (fst (fst g))) (snd g)) goals
  | Split e q o d1 d2 => match nth_error (K st e) q with
      | Some cl => valid goals (set_K st e q (filter (opt_eqb o) cl)) d1 && valid goals (set_K st e q (filter (fun p => negb (opt_eqb p o)) cl)) d2
      | None => false end
  | Step l d => match apply st l with Some st' => valid goals st' d | None => false end
  end.
End Check.

Section Theorem_.
Variables (s : system) (x : event -> Z) (lt : event -> event -> Prop) (W : event -> nat -> opt).
Hypothesis C : complete s x lt W.
Notation sound := (sound s x lt W).
Notation fresh st := (forall h, hyps st h = None -> forall u, U st h u = None).

Lemma upd_same {T} (f : nat -> T) a v : upd f a v a = v. Proof. unfold upd. rewrite Nat.eqb_refl. auto. Qed.
Lemma upd_cases {T} (P : T -> Prop) (f : nat -> T) a v b : (a = b -> P v) -> P (f b) -> P (upd f a v b).
Proof. unfold upd. destruct (Nat.eqb a b) eqn:E; auto. rewrite Nat.eqb_eq in E. auto. Qed.

Lemma raise_L st e z : sound st -> z <= x e -> sound (set_L st (upd (L st) e (Z.max z (L st e)))).
Proof.
  intros S B. destruct S. constructor; simpl; auto. intros f. pattern (upd (L st) e (Z.max z (L st e)) f).
  apply upd_cases; auto. intros <-. specialize (sound_L0 e). lia.
Qed.

Lemma sink_H st e d : sound st -> dle (x e) d -> sound (set_H st (upd (H st) e (dmin d (H st e)))).
Proof.
  intros S B. destruct S. constructor; simpl; auto. intros f. pattern (upd (H st) e (dmin d (H st e)) f).
  apply upd_cases; auto. intros <-. apply dle_min; auto.
Qed.

Lemma nth_replace {T} (l : list T) : forall q q' y z, nth_error (replace q y l) q' = Some z -> (q' = q /\ z = y) \/ (q' <> q /\ nth_error l q' = Some z).
Proof.
  induction l as [|w l IH]; intros [|q] [|q'] y z N; simpl in *; try discriminate; auto.
  - left. split; congruence.
  - destruct (IH _ _ _ _ N) as [[-> ->] | [D E]]; [left | right]; auto.
Qed.

Lemma length_replace {T} (l : list T) : forall q y, length (replace q y l) = length l.
Proof. induction l; intros [|q] y; simpl; auto. Qed.

Lemma keep_K st e q cl : sound st -> In (W e q) cl -> sound (set_K st e q cl).
Proof.
  intros S I. destruct S. constructor; simpl; auto.
  - intros f q' cl' N. unfold upd in N. destruct (Nat.eqb e f) eqn:E; [|eauto]. apply Nat.eqb_eq in E. subst f.
    apply nth_replace in N. destruct N as [[-> ->] | [D N]]; eauto.
  - intros f. unfold upd. destruct (Nat.eqb e f) eqn:E; auto. apply Nat.eqb_eq in E. subst f. rewrite length_replace. auto.
Qed.

Lemma without cl o w : In w cl -> w <> o -> In w (filter (fun p => negb (opt_eqb p o)) cl).
Proof. intros I D. apply filter_In. split; auto. apply negb_true_iff. destruct (opt_eqb w o) eqn:E; auto. apply opt_eqb_eq in E. contradiction. Qed.

Lemma hops_sound st : sound st -> forall l a b z, hops s st a l = Some (b, z) -> lt a b /\ x a + z <= x b.
Proof.
  intros S. induction l as [|[[c k] w] l IH]; intros a b z D; simpl in D; [discriminate|].
  destruct (hop s st a c k w) eqn:Hp; [|discriminate]. apply (hop_sound _ _ _ _ C _ _ _ _ _ S) in Hp. destruct Hp as [B T].
  destruct l as [|p l]; [injection D as <- <-; auto|]. destruct (hops s st c (p :: l)) as [[c' w']|] eqn:E; [|discriminate].
  injection D as <- <-. apply IH in E. destruct E as [B' T']. split; [eapply (lt_trans _ _ _ _ C); eauto | lia].
Qed.

Lemma chain_ok st h c : sound st -> hyps st h = Some c -> ok st c.
Proof. intros S E. destruct (sound_chain _ _ _ _ _ S _ _ E) as (e & c' & -> & _). right; eauto. Qed.

Lemma none_first u : first lt [] u. Proof. intros h v []. Qed.
Lemma one_first k e a : lt a e -> first lt [(k, e)] a. Proof. intros B h v [[= <- <-] | []]; auto. Qed.

Lemma apply_sound st l st' : sound st -> fresh st -> apply s st l = Some st' -> sound st' /\ fresh st'.
Proof.
  intros S FR. destruct l; simpl.
  - destruct (hops s st a hops0) as [[b z]|] eqn:E; [|discriminate]. intros [= <-]. apply (hops_sound _ S) in E. split; [|auto].
    destruct S. constructor; simpl; auto. intros a' b' z'. unfold upd2. destruct (Nat.eqb a a' && Nat.eqb b b') eqn:Q; [|auto].
    apply andb_true_iff in Q. rewrite !Nat.eqb_eq in Q. destruct Q as [<- <-]. intros [= <-]. auto.
  - destruct (lower s st e z) eqn:E; [|discriminate]. intros [= <-]. split; [|auto]. apply raise_L; auto. eapply lower_sound; eauto.
  - destruct (A st a b) as [w|] eqn:E; [|discriminate]. destruct (Z.leb z (L st a + w)) eqn:B; [|discriminate]. intros [= <-]. split; [|auto].
    apply Z.leb_le in B. apply raise_L; auto. apply (sound_A _ _ _ _ _ S) in E. pose proof (sound_L _ _ _ _ _ S a). lia.
  - destruct (A st a b) as [w|] eqn:E; [|discriminate]. destruct (dleb (dplus (H st b) (- w)) d) eqn:B; [|discriminate]. intros [= <-]. split; [|auto].
    apply sink_H; auto. eapply dle_leb; eauto. apply (sound_A _ _ _ _ _ S) in E.
    eapply dle_trans; [|apply dle_shift, (sound_H _ _ _ _ _ S)]. lia.
  - destruct k as [k|].
    + destruct (hyps st k) as [[|[k' e'] [|]]|] eqn:E; try discriminate. destruct (Nat.eqb e e') eqn:Q; [|discriminate]. apply Nat.eqb_eq in Q. subst e'.
      destruct (dleb (upper s st [] [(k', e)] e) d) eqn:B; [|discriminate]. intros [= <-]. split; [|auto]. apply sink_H; auto. eapply dle_leb; eauto.
      eapply upper_sound; eauto using none_first, one_first, chain_ok. left; auto.
    + destruct (dleb (upper s st [] [] e) d) eqn:B; [|discriminate]. intros [= <-]. split; [|auto]. apply sink_H; auto. eapply dle_leb; eauto.
      eapply upper_sound; eauto using none_first; left; auto.
  - destruct (hyps st h) eqn:E; [discriminate|].
    destruct (match parent with None => Some [] | Some p => hyps st p end) as [c|] eqn:P; [|discriminate]. intros [= <-].
    assert (fresh (set_hyps st (upd (hyps st) h (Some ((h, e) :: c))))) as F'.
    { intros h' N u. simpl in *. apply FR. unfold upd in N. destruct (Nat.eqb h h'); [discriminate | auto]. }
    split; [|exact F']. pose proof (FR h E) as NU. destruct S. constructor; simpl; auto.
    + intros h' c' N. unfold upd in N. destruct (Nat.eqb h h') eqn:Q.
      * apply Nat.eqb_eq in Q. subst h'. injection N as <-. exists e, c. split; auto. destruct parent as [p|]; [|injection P as <-; auto].
        right. destruct (sound_chain0 _ _ P) as (v & r & -> & _). exists p, v, r. split; auto.
        unfold upd. destruct (Nat.eqb h p) eqn:Q; auto. apply Nat.eqb_eq in Q. congruence.
      * destruct (sound_chain0 _ _ N) as (v & r & -> & [-> | (h2 & v2 & r2 & -> & N2)]); exists v; eexists; (split; [reflexivity|]); [left; auto | right].
        exists h2, v2, r2. split; auto. unfold upd. destruct (Nat.eqb h h2) eqn:Q2; auto. apply Nat.eqb_eq in Q2. congruence.
    + intros h' c' u d N. unfold upd in N. destruct (Nat.eqb h h') eqn:Q; [|eauto]. apply Nat.eqb_eq in Q. subst h'. intros D. rewrite NU in D. discriminate.
  - destruct (hyps st h) as [c|] eqn:E; [|discriminate]. destruct (hyps st k) as [c'|] eqn:E'; [|discriminate].
    match goal with |- match ?i with _ => _ end = _ -> _ => destruct i as [inner|] eqn:I; [|discriminate] end.
    destruct (dleb (upper s st c inner u) d) eqn:B; [|discriminate]. intros [= <-].
    split; [|intros h' N u'; simpl in *; unfold upd2; destruct (Nat.eqb h h') eqn:Q; simpl; [apply Nat.eqb_eq in Q; congruence | auto]].
    assert (ok st inner /\ forall a, lt a u -> first lt c u -> first lt inner a) as [OI FI].
    { destruct (Nat.eqb k h) eqn:Q.
      - injection I as <-. split; [eapply chain_ok; eauto|]. intros. eapply first_before; eauto.
      - destruct c' as [|[k' u'] r]; [discriminate|]. destruct (Nat.eqb u u') eqn:Q2; [|discriminate]. simpl in I.
        match type of I with (if (if ?t then _ else _) then _ else _) = _ => destruct t as [->|]; [|discriminate] end.
        injection I as <-. apply Nat.eqb_eq in Q2. subst u'. split; [eapply chain_ok; eauto|]. intros a La Fc h2 v2 [[= <- <-] | J]; [auto|].
        eapply first_before; eauto. }
    assert (forall F : first lt c u, dle (x u) d) as D.
    { intros F. eapply dle_leb; eauto. eapply upper_sound; eauto using chain_ok. }
    destruct S. constructor; simpl; auto. intros h' c2 u' d' N Ud F. unfold upd2 in Ud. destruct (Nat.eqb h h' && Nat.eqb u u') eqn:Q; [|eauto].
    apply andb_true_iff in Q. rewrite !Nat.eqb_eq in Q. destruct Q as [<- <-]. injection Ud as <-. apply D. assert (c2 = c) as -> by congruence. auto.
  - destruct (together s st e v && dleb (urgent_date s st e v) d) eqn:T; [|discriminate]. apply andb_true_iff in T. destruct T as [T B].
    intros [= <-]. split; [|auto]. apply sink_H; auto. eapply dle_leb; eauto. eapply urgent_sound; eauto.
  - destruct (nth_error (K st e) q) as [cl|] eqn:N; [|discriminate]. destruct (droppable s st e o) eqn:D; [|discriminate]. intros [= <-].
    split; [|auto]. apply keep_K; auto. apply without; [eapply (sound_K _ _ _ _ _ S); eauto | eapply droppable_sound; eauto].
  - destruct (nth_error (K st e) q) as [cl|] eqn:N; [|discriminate]. destruct (nth_error v q) as [w|] eqn:V; [|discriminate].
    destruct (together s st e v && Nat.eqb (fst w) (fst o) && Nat.ltb (snd w) (snd o)) eqn:T; [|discriminate]. intros [= <-]. split; [|auto].
    apply andb_true_iff in T. destruct T as [T LT]. apply andb_true_iff in T. destruct T as [T G]. apply Nat.eqb_eq in G. apply Nat.ltb_lt in LT.
    apply keep_K; auto. apply without; [eapply (sound_K _ _ _ _ _ S); eauto|]. intros E.
    apply (together_sound _ _ _ _ C _ _ _ S) in T. destruct T as [_ T]. destruct (nth_clauses _ _ _ _ _ _ _ _ S N) as [cl' N'].
    specialize (T q cl' w N' V). rewrite E in T. lia.
Qed.

Lemma contradiction_sound st e h : sound st -> contradiction s st e h = true -> False.
Proof.
  intros S D. unfold contradiction in D. apply orb_true_iff in D. destruct D as [D | D]; [apply orb_true_iff in D; destruct D as [D | D]; [apply orb_true_iff in D; destruct D as [D | D]|]|].
  - apply (dleb_lower _ _ _ _ _ _ _ S) in D. pose proof (sound_L _ _ _ _ _ S e). lia.
  - apply (known_lt _ _ _ _ _ _ _ S) in D. eapply (lt_irrefl _ _ _ _ C); eauto.
  - apply existsb_exists in D. destruct D as (cl & I & D). apply In_nth_error in I. destruct I as [q N].
    apply (sound_K _ _ _ _ _ S) in N. destruct cl; [contradiction | discriminate].
  - destruct (hyps st h) as [[|[h' e'] [|]]|] eqn:E; try discriminate. apply andb_true_iff in D. destruct D as [Q D]. apply Nat.eqb_eq in Q. subst e'.
    assert (dle (x e) (upper s st [] [(h', e)] e)) as B by (eapply upper_sound; eauto using none_first, one_first, chain_ok; left; auto).
    destruct (upper s st [] [(h', e)] e); try discriminate. contradiction.
Qed.

Theorem checked goals : forall d st, sound st -> fresh st -> valid s goals st d = true ->
  forall e z b, In (e, z, b) goals -> z <= x e /\ dle (x e) b.
Proof.
  induction d as [e h | | e q o d1 IH1 d2 IH2 | l d IH]; intros st S FR V g z b I; simpl in V.
  - exfalso. eapply contradiction_sound; eauto.
  - rewrite forallb_forall in V. specialize (V _ I). simpl in V. apply andb_true_iff in V. destruct V as [Lo Hi]. apply Z.leb_le in Lo.
    pose proof (sound_L _ _ _ _ _ S g). split; [lia|]. eapply dle_leb; eauto. apply (sound_H _ _ _ _ _ S).
  - destruct (nth_error (K st e) q) as [cl|] eqn:N; [|discriminate]. apply andb_true_iff in V. destruct V as [V1 V2].
    pose proof (sound_K _ _ _ _ _ S _ _ _ N) as J. destruct (opt_eqb o (W e q)) eqn:E.
    + eapply IH1; [| |eauto|eauto]; [apply keep_K; auto; apply filter_In; auto | auto].
    + eapply IH2; [| |eauto|eauto]; [apply keep_K; auto; apply without; auto; intros <-; rewrite (proj2 (opt_eqb_eq _ _) eq_refl) in E; discriminate | auto].
  - destruct (apply s st l) as [st'|] eqn:E; [|discriminate]. destruct (apply_sound _ _ _ S FR E) as [S' FR']. eauto.
Qed.

Lemma initial_sound : sound (initial s).
Proof.
  constructor; simpl; auto; try discriminate.
  - apply (nonneg _ _ _ _ C).
  - apply (witness _ _ _ _ C).
Qed.

(* A derivation that is checked from the beginning bounds every complete execution. *)
Corollary derivation_bounds goals d : valid s goals (initial s) d = true ->
  forall e z b, In (e, z, b) goals -> z <= x e /\ dle (x e) b.
Proof. apply checked; [apply initial_sound | simpl; auto]. Qed.
End Theorem_.

Print Assumptions derivation_bounds.
