-- The marks of a claim, in one row that is written for every message, instead of one in each row of the ledger: bit n is
-- the n-th of its deliveries, as get_bit counts. Rows of the ledger that are SENDING under a claim are provably unsent
-- where neither bit is set.
alter table delivery_claim
  -- answered: handed over for certain
  add column sent bytea,
  -- about to be handed over, or handed over without an answer so far
  add column in_hand bytea,
  -- names what is in hand together, where that is a request
  add column request_id text,
  -- nothing more may be handed over under it: somebody in it was erased
  add column closed boolean not null default false;
alter table delivery_claim set (fillfactor = 50);
-- beside, so that a mark does not write it again
alter table delivery_claim alter column deliveries set storage external;
