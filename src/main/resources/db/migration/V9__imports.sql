-- What an import took the file for, a sign of life while it runs; and the search for subscribers.

alter table import
  -- lines that made a suppression; they are counted as added or changed too
  add column suppressed bigint not null default 0,
  add column format text not null default 'PLAIN',
  add column encoding text not null default 'UTF-8',
  add column delimiter text not null default ',',
  -- names of the file's columns, and what each is taken as; '' where it is passed over
  add column column_names text[] not null default '{}',
  add column column_meanings text[] not null default '{}',
  add column warnings text[] not null default '{}',
  -- moves on with every batch: one that stands still belonged to a node that is dead
  add column beat_at timestamptz not null default now(),
  add check (cardinality(column_names) = cardinality(column_meanings));
create index import_newsletter on import (newsletter_id, id);
create index import_running on import (beat_at) where state = 'RUNNING';

-- Pages of subscribers in order, all of them or those of one state, and by when they subscribed.
create index subscription_page on subscription (newsletter_id, id);
create index subscription_state_page on subscription (newsletter_id, state, id);
create index subscription_subscribed on subscription (newsletter_id, subscribed_at);
create index subscription_sections on subscription using gin (sections) where sections <> '{}';

-- What is searched of a person. Functions of an index must not change: this one needs a new index when it does.
create function subscriber_text(email text, email_key text, name text) returns text
  language sql immutable parallel safe
  return lower(email) || case when email_key = lower(email) then '' else E'\n' || email_key end
    || coalesce(E'\n' || lower(name), '');

-- Any part of an address or name is found by its trigrams. The extension comes with PostgreSQL, and any user who may
-- create in the database may have it; where it is not to be had, the search reads on as far as it may instead.
do $$
begin
  create extension if not exists pg_trgm;
exception when others then
  raise notice 'pg_trgm is not to be had: %', sqlerrm;
end $$;
do $$
declare
  home text;
begin
  select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'pg_trgm';
  if home is not null then
    execute format('create index subscriber_search on subscriber using gin'
      || ' (subscriber_text(email, email_key, name) %I.gin_trgm_ops)', home);
  end if;
end $$;
