-- What became of a large campaign, and of one whose rows of the ledger are given up, as it was counted last. Names no
-- domain, and no receiver's words, that fewer than five recipients share, so erasure leaves it as it is.
create table campaign_report (
  campaign_id bigint primary key references campaign on delete cascade,
  made_at timestamptz not null,
  -- the campaign's counts then, in the order of the ledger's states
  counts bigint[] not null,
  -- until then no other is made in the background, of whatever campaign, so that reports cost little
  rest_until timestamptz not null,
  body jsonb not null
);
