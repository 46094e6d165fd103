-- Addresses that are lifted here and have yet to be taken off the provider's own lists. Who they are is read where
-- somebody here has them: a row whose person was erased leads to nobody, and goes with the next try.
create table provider_lift (
  address_hash bytea primary key check (octet_length(address_hash) = 32),
  -- an editor lifted it: also off the list of complaints
  complaints boolean not null,
  attempts int not null default 0,
  due_at timestamptz not null
);
create index provider_lift_due on provider_lift (due_at);
