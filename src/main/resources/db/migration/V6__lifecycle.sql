-- From sign-up to goodbye: what was agreed to, what is asked again and when, and the mails on the way.

-- ---------------------------------------------------------------- newsletters
alter table newsletter
  add column welcome_mail text not null default 'OFF' check (welcome_mail in ('OFF', 'SHORT', 'WITH_LATEST_ISSUE')),
  add column goodbye_mail boolean not null default false;

-- ---------------------------------------------------------------- suppression
alter table suppression drop constraint suppression_reason_check;
alter table suppression add constraint suppression_reason_check
  check (reason in ('BOUNCED', 'COMPLAINED', 'REQUESTED', 'NOT_ME', 'ERASED'));
-- when a sign-up last had us try a dead mailbox
alter table suppression add column tried_at timestamptz;

-- What other packages join: which addresses must not be mailed; which of them must not even be asked to confirm, by
-- their own sign-up or when an editor adds them; and whose own confirmation lifts the suppression.
create or replace view suppressed_address as
select address_hash, newsletter_id,
  reason in ('COMPLAINED', 'REQUESTED', 'NOT_ME')
    or (reason = 'BOUNCED' and tried_at is not null and tried_at > now() - interval '1 month') as stops_confirmation,
  reason = 'ERASED' as stops_editors,
  reason in ('BOUNCED', 'ERASED') as lifted_by_confirmation
from suppression;

-- ---------------------------------------------------------------- subscribers
alter table subscription
  -- when the person was last told, having signed up again, that they are subscribed already; when they got a goodbye
  add column told_at timestamptz,
  add column goodbye_at timestamptz;
-- what is never confirmed is found by the day of its last confirmation mail
create index subscription_pending on subscription ((coalesce(confirmation_sent_at, subscribed_at))) where state = 'PENDING';

alter table sign_up
  -- the name of the API token of the editor who added the person
  add column editor text,
  drop constraint sign_up_via_check;
-- LINK: "send again" on the page of an expired link
alter table sign_up add constraint sign_up_via_check check (via in ('FORM', 'LINK', 'EDITOR'));

-- The sentences that people agree to, each version once.
create table consent_text (
  -- SHA-256 of language, line feed and text
  hash bytea primary key check (octet_length(hash) = 32),
  language text not null,
  text text not null,
  first_used_at timestamptz not null
);

alter table consent_record
  -- what the person had before their eyes; null where nothing was shown
  add column text_hash bytea references consent_text,
  -- the name of the API token, where an editor acted
  add column editor text;

-- A proof that can be changed is none. What erases a person says so: set local broadsheet.erasing = 'on'.
create function refuse_unless_erasing() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('broadsheet.erasing', true), '') <> 'on' then
    raise exception '% is append-only but for erasure', tg_table_name using errcode = 'restrict_violation';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
create trigger consent_record_append_only before update or delete on consent_record
  for each row execute function refuse_unless_erasing();
create trigger consent_text_append_only before update or delete on consent_text
  for each row execute function refuse_unless_erasing();

-- ---------------------------------------------------------------- mail
alter table single_mail drop constraint single_mail_kind_check;
alter table single_mail add constraint single_mail_kind_check
  check (kind in ('CONFIRMATION', 'SUBSCRIBED', 'WELCOME', 'GOODBYE', 'LINK', 'TEST', 'ALERT'));
