"""Addresses of the portal, in Swedish, as people see them."""

from django.urls import URLPattern, path

from kateder.portal import front
from kateder.portal.about import views as about
from kateder.portal.accounts import held, never, removed, sent, upkeep
from kateder.portal.authority import (
    api_client_form,
    api_clients,
    deliveries,
    delivery_health,
    fetching,
    flows,
    licences,
    overview,
    plan_page,
    services,
    source_inlet,
    source_settings,
    source_setup,
    source_trial,
    sources,
    target_setup,
    target_trial,
)
from kateder.portal.classes import class_page, handing_out, listing
from kateder.portal.mastering import alike, merge_page, origins, rules_page, takeover
from kateder.portal.past import views as past
from kateder.portal.people import person_page, why
from kateder.portal.people import views as people
from kateder.portal.quality import export
from kateder.portal.quality import listing as findings_list
from kateder.portal.quality import overview as findings
from kateder.portal.rollover import views as rollover
from kateder.portal.school import admitting, leave, population, population_setup, todays

urlpatterns: list[URLPattern] = [
    path("", front.front, name="front"),
    path("klasser/", listing.classes, name="classes"),
    path("klasser/<uuid:group_id>/", class_page.class_page, name="class"),
    path("klasser/<uuid:group_id>/dela-ut/", handing_out.hand_out, name="hand-out"),
    path("personer/", people.people, name="people"),
    path("personer/<uuid:person_id>/", person_page.person_page, name="person"),
    path("personer/<uuid:person_id>/skickat/", sent.everything, name="ever-sent"),
    path("personer/<uuid:person_id>/skicka-aldrig/", never.never, name="never-send"),
    path("personer/borttagna/", past.removed, name="removed-people"),
    path("personer/<uuid:person_id>/som-det-var/", past.person, name="person-then"),
    path("klasser/<uuid:group_id>/som-det-var/", past.group, name="class-then"),
    path("personer/<uuid:person_id>/uppgifter/", origins.origins, name="origins"),
    path("personer/<uuid:person_id>/uppgifter/<slug:attribute>/", origins.correct, name="correct"),
    path("personer/<uuid:person_id>/uppgifter/dela/<uuid:merge_id>/", origins.undo, name="unmerge"),
    path("personer/<uuid:person_id>/sla-ihop/", merge_page.choose, name="merge-choose"),
    path("personer/<uuid:person_id>/sla-ihop/<uuid:other_id>/", merge_page.merge, name="merge"),
    path("varfor/<uuid:person_id>/<uuid:resource_id>/", why.why_page, name="why"),
    path("oversikt/", overview.overview, name="overview"),
    path("planer/<uuid:plan_id>/", plan_page.plan, name="plan"),
    path("kallor/", sources.sources, name="sources"),
    path("kallor/ny/", source_setup.kinds, name="source-kinds"),
    path("kallor/ny/<slug:kind>/", source_setup.new, name="source-new"),
    path("kallor/ny/<slug:kind>/forhandsvisning/", source_setup.live, name="source-live"),
    path("kallor/vem-bestammer/", rules_page.rules, name="master-rules"),
    path("kallor/ar-det-samma/", alike.alike, name="alike"),
    path("kallor/<uuid:source_id>/ersatt/", takeover.takeover, name="takeover"),
    path("kallor/<uuid:source_id>/", sources.source, name="source"),
    path("kallor/<uuid:source_id>/mottagning/", source_inlet.inlet, name="source-inlet"),
    path("kallor/<uuid:source_id>/prova/", source_trial.trial, name="source-trial"),
    path("kallor/<uuid:source_id>/installningar/", source_settings.settings, name="source-settings"),
    path("kallor/<uuid:source_id>/forhandsvisning/", source_settings.live, name="source-settings-live"),
    path("kallor/<uuid:source_id>/ta-bort/", source_settings.leave, name="source-leave"),
    path("kallor/<uuid:source_id>/mappning.toml", source_settings.export, name="source-export"),
    path("tjanster/", services.services, name="services"),
    path("tjanster/<uuid:service_id>/", services.service, name="service"),
    path("tjanster/<uuid:service_id>/leveranssatt/", target_setup.change, name="target"),
    path("tjanster/<uuid:service_id>/leveranssatt/ny/", target_setup.kinds, name="target-kinds"),
    path("tjanster/<uuid:service_id>/leveranssatt/ny/<slug:kind>/", target_setup.new, name="target-new"),
    path("tjanster/<uuid:service_id>/leveranssatt/prova/", target_trial.trial, name="target-trial"),
    path("tjanster/<uuid:service_id>/leveranssatt/forhandsvisning/", target_trial.preview, name="target-preview"),
    path("tjanster/<uuid:service_id>/hamtning/ny/", fetching.new, name="fetching-new"),
    path("tjanster/<uuid:service_id>/hamtning/forhandsvisning/", fetching.preview, name="fetching-preview"),
    path("tjanster/<uuid:service_id>/skotsel/", upkeep.upkeep, name="upkeep"),
    path("tjanster/<uuid:service_id>/konton/", held.accounts, name="accounts"),
    path("tjanster/<uuid:service_id>/konton/export.csv", held.export_csv, name="accounts-csv"),
    path("tjanster/<uuid:service_id>/konton/export.json", held.export_json, name="accounts-json"),
    path("tjanster/<uuid:service_id>/borttagningar/", removed.removals_page, name="removals"),
    path("api-klienter/", api_clients.clients, name="api-clients"),
    path("api-klienter/ny/", api_client_form.new_client, name="api-client-new"),
    path("api-klienter/<uuid:client_id>/", api_clients.client, name="api-client"),
    path("api-klienter/<uuid:client_id>/profil/", api_client_form.change_client, name="api-client-profile"),
    path("leveranser/", delivery_health.deliveries, name="deliveries"),
    path("leveranser/<uuid:run_id>/", deliveries.delivery, name="delivery"),
    path("datafloden/", flows.flows, name="flows"),
    path("licenser/", licences.licences, name="licences"),
    path("licenser/<uuid:lot_id>/", licences.lot, name="lot"),
    path("lasarsskifte/", rollover.rollover, name="rollover"),
    path("lasarsskifte/<uuid:consequence_id>/", rollover.consequence, name="rollover-people"),
    path("fynd/", findings.overview, name="findings"),
    path("fynd/lista/", findings_list.listing, name="findings-list"),
    path("fynd/export.csv", export.export, name="findings-export"),
    path("dagens-personal/", todays.schools, name="todays-schools"),
    path("dagens-personal/<uuid:unit_id>/", todays.people, name="todays"),
    path("dagens-personal/<uuid:unit_id>/slapp-in/", admitting.admit, name="admit"),
    path("dagens-personal/<uuid:unit_id>/ledig/", leave.leave, name="leave"),
    path("dagens-personal/<uuid:unit_id>/inloggning/<uuid:admission_id>/", todays.sign_in, name="todays-sign-in"),
    path("folkbokforing/", population.outcomes, name="population"),
    path("folkbokforing/register/", population_setup.registers, name="population-registers"),
    path("folkbokforing/register/<uuid:register_id>/", population_setup.register, name="population-register"),
    path("hjalp/", about.help_page, name="help"),
    path("tillganglighet/", about.accessibility, name="accessibility"),
]
